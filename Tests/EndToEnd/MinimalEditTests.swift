import JSONText
import TestSupport
import Testing

/// What conductor writes into other people's files is the least that says it, in the file's own style.
@Suite struct MinimalEditTests {
  enum Style: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case twoSpaces, fourSpaces, tabs, carriageReturns, byteOrderMark, oneLine, noFinalNewline
    case spacedColons, noHistory, historyFirst

    var testDescription: String { rawValue }

    /// A backlog in the form of existing projects, written in this style.
    var text: String {
      let real = """
        {
          "version": 0,
          "owner": "autonomy",
          "updated": "2025-11-09",
          "prerequisites": { "authenticity": "none", "ci": "none" },
          "items": [
            {
              "id": "ND-066",
              "title": "Earlier \\u00e9 work",
              "status": "done"
            },
            {
              "id": "ND-067",
              "title": "Consolidate the \\"autonomy\\" module",
              "status": "pending",
              "plan_suggestion": "2025-11-09-autonomy-module-consolidation",
              "notes": "keep  the / spaces",
              "layer": "L6",
              "systemic_targets": ["S2", "S4"],
              "weight": 1.50e+2
            },
            {
              "id": "ND-068",
              "title": "Later",
              "status": "pending"
            }
          ],
          "history": [
            {
              "id": "ND-066",
              "claimed_at": "2025-09-22T21:33:12Z",
              "completed_at": "2025-09-22T21:42:30Z"
            }
          ],
          "trailing": { "kept": [ 1,2 ,3 ] }
        }

        """
      switch self {
      case .twoSpaces: return real
      case .fourSpaces: return indented(real) { String(repeating: " ", count: $0 * 2) }
      case .tabs: return indented(real) { String(repeating: "\t", count: $0 / 2) }
      case .carriageReturns: return real.replacing("\n", with: "\r\n")
      case .byteOrderMark: return "\u{FEFF}" + real
      case .oneLine: return real.dropLast().replacing(#/\n */#, with: " ") + "\n"
      case .noFinalNewline: return String(real.dropLast())
      case .spacedColons: return real.replacing("\": ", with: "\" : ")
      case .noHistory: return real.replacing(Self.history, with: "")
      case .historyFirst:
        return real.replacing("  \"version\": 0,", with: "  \"version\": 0,\n  \"history\": [],")
          .replacing(Self.history, with: "")
      }
    }

    private static var history: Regex<Substring> {
      #/,\n  "history": \[\n    \{[^}]*\}\n  \]/#
    }

    private func indented(_ text: String, _ indent: (Int) -> String) -> String {
      text.replacing(#/\n( +)/#) { "\n" + indent($0.1.count) }
    }
  }

  /// Lines without their ends; those of the second that the first has not, by the longest common subsequence.
  private func added(_ old: String, _ new: String) -> (added: [String], removed: [String]) {
    func lines(_ text: String) -> [String] {
      text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { "\(Substring($0))" }
    }
    let difference = lines(new).difference(from: lines(old))
    var added: [String] = []
    var removed: [String] = []
    for change in difference {
      switch change {
      case .insert(_, let line, _): added.append(line)
      case .remove(_, let line, _): removed.append(line)
      }
    }
    return (added, removed)
  }

  @Test(
    "the backlog of a real project works unmodified, and hands out ND-067",
    arguments: Style.allCases)
  func claimAndRelease(_ style: Style) throws {
    let project = try Project(backlog: style.text)
    let run = try project.conductor("next", "--agent", "codex", with: Project.fixed)
    #expect(run.exit == 0 && run.lines.contains("Task ID: ND-067"), "\(run)")
    let claimed = try project.backlogText()
    let document = try project.backlogDocument()
    let item = try project.item("ND-067")
    #expect(item.string("status") == "in_progress" && item["claim"]?["number"]?.integer == 1)
    #expect(item["systemic_targets"]?.elements.compactMap(\.text) == ["S2", "S4"])
    #expect(item["weight"]?.raw == Bytes("1.50e+2"))
    let original = try Document(Bytes(Array(style.text.utf8))).root
    #expect(document["trailing"]?.raw.array == original["trailing"]?.raw.array)
    let entries = try #require(document["history"]?.elements)
    #expect(entries.last?.string("id") == "ND-067" && entries.last?.string("claimed_by") == "codex")

    let release = try project.conductor("release", "ND-067", "--reason", "r", with: Project.fixed)
    #expect(release.exit == 0, "\(release)")
    let released = try project.backlogText()
    // What is left of claim and release is the entry alone: without it, the file is the one of the beginning.
    let rest = try #require(try project.backlogDocument()["history"]?.elements.last)
    #expect(
      rest.members.map(\.key.string) == [
        "id", "claimed_at", "claimed_by", "claim", "released_at", "reason",
      ])
    let difference = added(style.text, released)
    if style != .oneLine {
      let foreign = difference.removed.filter { line in
        !difference.added.contains { $0.hasPrefix(line.filter { $0 != "\r" }) }
      }
      let isListOpened = style == .historyFirst
      #expect(foreign.isEmpty || isListOpened && foreign.count == 1, "\(foreign)")
    }
    #expect(claimed != released)
    try project.expectWhole()
  }

  @Test("A claim's diff shows status, claim and the history entry, and no other line")
  func theDiffOfAClaim() throws {
    let project = try Project(backlog: Style.twoSpaces.text)
    try project.conductor("next", "--agent", "codex", with: Project.fixed)
    let (added, removed) = added(Style.twoSpaces.text, try project.backlogText())
    #expect(removed == ["      \"status\": \"pending\","])
    #expect(
      added == [
        "      \"status\": \"in_progress\",", "      \"claim\": {", "        \"by\": \"codex\",",
        "        \"at\": \"2026-11-21T08:30:00Z\",", "        \"until\": \"2026-11-21T10:30:00Z\",",
        "        \"number\": 1", "      },", "    },", "    {", "      \"id\": \"ND-067\",",
        "      \"claimed_at\": \"2026-11-21T08:30:00Z\",", "      \"claimed_by\": \"codex\",",
        "      \"claim\": 1",
      ])
  }

  @Test("Claim and release in turn leave all but the history as it was", arguments: Style.allCases)
  func manyTurns(_ style: Style) throws {
    let project = try Project(backlog: style.text)
    let before = try project.backlogDocument()["items"]?.raw.array
    let endings = style.text.utf8.count { $0 == 0x0D }
    for turn in 1...3 {
      #expect(try project.conductor("next", with: Project.fixed).exit == 0)
      #expect(
        try project.conductor("release", "ND-067", "--claim", "\(turn)", with: Project.fixed).exit
          == 0)
      let items = try project.backlogDocument()["items"]?.raw.array
      #expect(items == before, "turn \(turn)")
    }
    let text = try project.backlogText()
    #expect(text.utf8.prefix(3).elementsEqual(style.text.utf8.prefix(3)), "the mark at the start")
    #expect(text.hasSuffix(String(style.text.suffix(20))), "the end of the file")
    if endings > 0 {
      #expect(text.utf8.count { $0 == 0x0D } == text.utf8.count { $0 == 0x0A })
    } else {
      #expect(!text.utf8.contains(0x0D))
    }
    if style == .oneLine { #expect(!text.dropLast().contains("\n")) }
    if style == .tabs { #expect(!text.contains("\n ")) }
  }

  @Test("Mode, owner and link of the backlog stay") func modeAndLink() throws {
    let project = try Project()
    try project.root.write(Style.twoSpaces.text, "plans/real.json")
    try project.root.setMode(0o640, "plans/real.json")
    try project.root.makeDirectory("_plans")
    try project.root.link(Project.backlogPath, to: "../plans/real.json")
    #expect(try project.conductor("next").exit == 0)
    let facts = try project.shell(
      "stat -c '%a %F' plans/real.json && readlink \(Project.backlogPath) && ls -a _plans plans")
    #expect(facts.lines.prefix(2) == ["640 regular file", "../plans/real.json"], "\(facts)")
    #expect(!facts.out.contains("tmp"))
    #expect(try project.item("ND-067").string("status") == "in_progress")
  }

  @Test("An item's own spelling of its status comes back") func spelledStatus() throws {
    let project = try Project(items: [
      #"{ "id": "A", "title": "t", "st\u0061tus": "\u0070ending" }"#
    ])
    let before = try project.backlogDocument()["items"]?.raw.array
    #expect(try project.conductor("next").exit == 0)
    #expect(try project.conductor("release", "A").exit == 0)
    #expect(try project.backlogDocument()["items"]?.raw.array == before)
  }
}
