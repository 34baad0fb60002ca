package import JSONText
import Machine
package import Rules

/// What changed in a checkout since a commit, as rules judge it.
package struct WorkingChanges: Sendable {
  /// The changed files, their paths relative to the root of the project.
  package private(set) var changes: [Change] = []
  /// Lines added plus lines deleted, those of binary files left out.
  package private(set) var lineCount = 0

  /// Asks git, which runs nothing that the checkout configures.
  ///
  /// Conductor's own records are left out, since conductor writes them; what agents leave in its folder `work` counts.
  package init(
    _ project: Project, _ context: Context, base: Text?, staged: Bool
  ) throws(Refusal) {
    let difference = try Self.difference(project, context, base, staged)
    let root = project.workplace(context.machine)
    let below = root.relative(to: difference.top) ?? "."
    let patch: Patch
    do {
      patch = try Patch(difference.patch)
    } catch {
      throw Refusal(
        .internalFault,
        "line " + Text("\(error.line)") + " of git's answer cannot be read: " + error.text)
    }
    lineCount = patch.lineCount
    for change in patch.changes {
      var change = change
      change.path = Self.seen(Path(change.path), from: below)
      change.from = change.from.map { Self.seen(Path($0), from: below) }
      add(change, project, lines: change.isBinary ? 0 : change.added.count + change.removed.count)
    }
    for path in difference.untracked {
      let change = try Self.new(
        path, at: difference.top, shown: Self.seen(path, from: below), context)
      let lines = change.isBinary ? 0 : change.added.count
      lineCount += lines
      add(change, project, lines: lines)
    }
  }

  /// Takes a change in, or leaves it out together with its lines.
  private mutating func add(_ change: Change, _ project: Project, lines: Int) {
    let paths = [change.path] + [change.from].compactMap { $0 }
    if paths.allSatisfy({ Self.isOwnRecord(Path($0), project) }) {
      lineCount -= lines
    } else {
      changes.append(change)
    }
  }

  private static func isOwnRecord(_ path: Path, _ project: Project) -> Bool {
    path.relative(to: project.configuration.receipts) != nil
      && path.relative(to: project.work) == nil
  }

  private static func difference(
    _ project: Project, _ context: Context, _ base: Text?, _ staged: Bool
  ) throws(Refusal) -> GitDifference {
    do {
      return try context.machine.git.difference(
        at: project.checkout, from: base?.string, staged: staged)
    } catch let unknown as Git.UnknownCommit {
      switch unknown {
      case .named(let name):
        throw Refusal(
          .usage, "there is no commit " + Text(name) + " in this checkout",
          hint: "\"git log\" shows the commits there are.")
      }
    } catch let absence as GitAbsence {
      throw Refusal(
        .gitAbsent, "what changed cannot be told: " + absence.words,
        hint: "Changes are measured by git, in a checkout that it knows.")
    } catch let error as SystemError {
      throw Refusal(error, relativeTo: project.root)
    } catch {
      throw Refusal(.internalFault, "an error of an unknown kind while git was asked")
    }
  }

  /// A path below the top of the checkout, as it is seen from a directory of it.
  private static func seen(_ path: Path, from below: Path) -> Text {
    if below == "." { return path.text }
    if let inside = path.relative(to: below) { return inside.text }
    return below.components.reduce(path) { path, _ in ".." / path }.text
  }

  /// A file that git does not know yet, as if it had been added whole.
  private static func new(
    _ path: Path, at top: Path, shown: Text, _ context: Context
  ) throws(Refusal) -> Change {
    let files = context.machine.files
    let place = top / path
    if path.bytes.last == UInt8(ascii: "/") {
      return Change(.submodule, Path(shown).normalized.text)
    }
    do {
      guard let identity = try files.identity(place, followLinks: false) else {
        return Change(.add, shown)
      }
      switch identity.kind {
      case .link:
        return Change(.add, shown, added: [Text(bytes: try files.linkText(place))])
      case .file:
        let added = Patch.lines(of: try files.read(place, limit: Project.smallSizeLimit))
        return Change(.add, shown, added: added, isBinary: Patch.looksBinary(added))
      case .directory, .other: return Change(.add, shown)
      }
    } catch {
      throw Refusal(
        .inputOutput, "a new file cannot be judged: " + error.words,
        hint: "Remove the file, let git ignore it, or make it readable.")
    }
  }
}
