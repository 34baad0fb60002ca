import Foundation
import Rules
import ShellText
import TestSupport
import Testing

@Suite("Lines that bash has run")
struct RecordedLinesTests {
  @Test func noneThatRanIsAllowed() throws {
    for line in RecordedLines.ran + RecordedLines.toolsRan + RecordedLines.languagesRan {
      #expect(try GuardedProgram.verdict(line) != .allow, "\(line)")
    }
  }

  @Test func noneThatRanNothingIsHeldUp() throws {
    for line in RecordedLines.idle + RecordedLines.toolsIdle + RecordedLines.languagesIdle {
      #expect(try GuardedProgram.verdict(line) == .allow, "\(line)")
    }
  }

  /// The list of what is stricter than need be is exact, so that it cannot hide a change.
  @Test func whatIsStricterIsListed() throws {
    for (line, leeway) in RecordedLines.stricter + RecordedLines.toolsStricter {
      #expect(try GuardedProgram.verdict(line) != .allow, "\(leeway): \(line)")
    }
  }

  /// Runs lines one after another, each in a folder of its own, and tells which ran a guarded command.
  private func run(_ lines: [String]) throws -> Set<Int> {
    let folder = try Folder(inMemory: true)
    for (index, line) in lines.enumerated() { try folder.write(line, "lines/\(index)") }
    try folder.write(Self.driver, "driver.sh")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [folder.place("driver.sh"), folder.path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try Turn.shared.withTurn {
      try process.run()
      process.waitUntilExit()
    }
    #expect(process.terminationStatus == 0)
    #expect(folder.names("out").count == lines.count)
    return Set(try lines.indices.filter { try !folder.bytes("out/\($0)").isEmpty })
  }

  /// Some lines run again, so that the record is no mere claim; `CONDUCTOR_BASH=all` runs all.
  @Test(.enabled(if: RealShell.isModern, "bash 5 and timeout"))
  func theRecordHolds() throws {
    var random = SeededRandom(305)
    let isWhole = variable("CONDUCTOR_BASH") == "all"
    func chosen(_ lines: [String], _ count: Int) -> [String] {
      isWhole ? lines : Array(lines.shuffled(using: &random).prefix(count))
    }
    let ran = chosen(RecordedLines.ran, 60)
    let idle = chosen(RecordedLines.idle, 30)
    let stricter = chosen(RecordedLines.stricter.map(\.0), 10)
    let found = try run(ran + idle + stricter)
    for (index, line) in (ran + idle + stricter).enumerated() {
      #expect(found.contains(index) == (index < ran.count), "\(line)")
    }
  }

  private static let driver = """
    base=$1
    mkdir -p $base/home $base/out $base/template/bin $base/template/sub
    cat > $base/template/bin/alembic <<STUB
    #!/bin/sh
    skip=
    for word; do
      if [ -n "\\$skip" ]; then skip=; continue; fi
      case \\$word in
        -c|--config|-n|--name|-x) skip=1 ;;
        -*) ;;
        upgrade|downgrade|stamp) echo "\\$*" >> $base/ran; break ;;
        *) break ;;
      esac
    done
    STUB
    printf '#!/bin/sh\\nalembic upgrade head\\n' > $base/template/run.sh
    chmod +x $base/template/bin/alembic $base/template/run.sh
    printf 'alembic upgrade head\\n' > $base/template/list
    printf 'one\\n' > $base/template/file
    : > $base/template/alembic.ini
    for file in $base/lines/*; do
      rm -rf $base/work $base/ran
      cp -R $base/template $base/work
      cd $base/work || exit 1
      line=$(cat $file; echo x)
      env -i PATH=$base/work/bin:/usr/local/bin:/usr/bin:/bin HOME=$base/home \\
        timeout -k 1 10 /bin/bash -c "${line%x}" < /dev/null 2>&1 | timeout 15 cat > /dev/null
      : > $base/out/${file##*/}
      [ ! -e $base/ran ] || cat $base/ran > $base/out/${file##*/}
    done
    cd /
    """
}

/// The bash of this machine.
enum RealShell {
  /// Whether it is one of those with which the lines were recorded, and can be held to a time.
  static let isModern: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "timeout 5 true && ((BASH_VERSINFO[0] >= 5))"]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return Turn.shared.withTurn {
      guard (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }
  }()
}
