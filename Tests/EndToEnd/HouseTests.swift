import Conducting
import Machine
import Testing

/// What the sources promise about themselves: which room may know which, and that nothing is left unfinished.
@Suite struct HouseTests {
  private static let root = Path(#filePath).parent.parent.parent

  /// The modules that each target may import. Package.swift says the same to the compiler; this also holds for system
  /// modules, which the compiler lets everybody import.
  private static let allowed: [String: Set<String>] = [
    "conductor": ["Conducting", "Rules", "Evidence", "Backlog", "JSONText", "Machine"],
    "Conducting": ["Rules", "Evidence", "Backlog", "JSONText", "Machine", "Synchronization"],
    "Evidence": ["JSONText", "CBytes"],
    "Backlog": ["JSONText"],
    "JSONText": ["CBytes"],
    "Machine": ["CMachine", "Synchronization", "Glibc", "Musl", "Darwin"],
    "Rules": ["ShellText", "JSONText", "CRules", "Synchronization"],
    "ShellText": [],
  ]

  private static func imports(_ source: String) -> [String] {
    source.split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
        words[..<index].allSatisfy({
          [
            "package", "private", "internal", "fileprivate", "public", "@testable",
            "@preconcurrency",
          ]
          .contains($0)
        })
      else { return nil }
      let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "typealias"]
      let name =
        kinds.contains(words[index + 1]) ? words.dropFirst(index + 2).first : words[index + 1]
      return name.map { String($0.prefix { $0 != "." && $0 != ";" }) }
    }
  }

  private static func breaches(_ source: String, target: String) -> [String] {
    imports(source).filter { allowed[target]?.contains($0) != true }
  }

  private func sources(below folder: Path) throws -> [(path: Path, text: String)] {
    let files = Files(calls: SystemCalls())
    return try files.list(folder).flatMap { entry -> [(Path, String)] in
      let path = folder / entry.name
      if entry.kind == .directory { return try sources(below: path) }
      guard entry.kind == .file, entry.name.string.hasSuffix(".swift") else { return [] }
      return [(path, String(decoding: try files.read(path, limit: 1 << 24), as: UTF8.self))]
    }
  }

  @Test func noImportBreaksAWall() throws {
    let rooms = Self.root / "Sources"
    var count = 0
    for entry in try Files(calls: SystemCalls()).list(rooms) where entry.kind == .directory {
      for (path, text) in try sources(below: rooms / entry.name) {
        count += 1
        #expect(Self.breaches(text, target: entry.name.string).isEmpty, "\(path)")
      }
    }
    #expect(count > 100)
  }

  @Test(arguments: [
    ("import Foundation", "Machine"), ("private import Glibc", "JSONText"),
    ("import Machine", "Backlog"), ("package import Conducting", "Evidence"),
    ("import struct Foundation.Data", "conductor"), ("import Machine", "Unknown"),
    ("  @preconcurrency import Dispatch", "Conducting"),
  ])
  func theCheckSeesABreach(source: String, target: String) {
    #expect(Self.breaches("import JSONText\n\(source)\n", target: target).last != "JSONText")
    #expect(!Self.breaches(source, target: target).isEmpty)
  }

  @Test func nothingIsMarkedAsUnfinished() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    for folder: Path in ["Sources", "Tests"] {
      for (path, text) in try sources(below: Self.root / folder) {
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        for mark in marks { #expect(!words.contains(Substring(mark)), "\(mark) in \(path)") }
      }
    }
  }

  @Test func theProjectsOwnRulesLoad() throws {
    let project = try Project()
    for entry in try Files(calls: SystemCalls()).list(Self.root / "docs/automation/rules") {
      let path = (Self.root / "docs/automation/rules" / entry.name).string
      let run = try project.conductor("rules", "test", path)
      #expect(run.exit == 0, "\(run)")
    }
  }

  @Test func everyReasonCodeIsDocumentedWithItsStatus() throws {
    let page = String(
      decoding: try Files(calls: SystemCalls()).read(
        Self.root / "docs/reason-codes.md", limit: 1 << 20), as: UTF8.self)
    for code in ReasonCode.allCases {
      #expect(
        page.contains("| `\(code.rawValue)` | \(code.exit.rawValue) | \(code.meaning) |"), "\(code)"
      )
    }
  }
}
