import JSONText
import Rules
import TestSupport
import Testing

/// JSON-Schema-Test-Suite, draft 2020-12: every group of tests either passes wholly or has a schema that is refused.
@Suite(
  .enabled(
    if: Suites.has("json-schema/draft2020-12"), "CONDUCTOR_SUITES names no JSON-Schema-Test-Suite"))
struct SchemaSuiteTests {
  private static let folder = "json-schema/draft2020-12"

  /// How many groups of a file have a schema that is refused: for a keyword that is not known here, for a name below the
  /// top, or for a reference to another document. Files that are not named have none.
  private static let refused: [String: Int] = [
    "additionalProperties.json": 1, "anchor.json": 4, "content.json": 4, "defs.json": 1,
    "dependentSchemas.json": 4, "dynamicRef.json": 21, "not.json": 1, "ref.json": 15,
    "refRemote.json": 15, "unevaluatedItems.json": 29, "unevaluatedProperties.json": 44,
    "vocabulary.json": 2,
  ]

  @Test func decidesAsTheSuiteSaysOrRefusesTheSchema() throws {
    let names = try Suites.list(Self.folder)
    #expect(names.count == 46)
    var passed = 0
    for name in names {
      let bytes = Bytes(try Suites.read("\(Self.folder)/\(name)"))
      var refused = 0
      for group in try Document(bytes).root.elements {
        let title = group["description"]?.text?.string ?? ""
        let node = try #require(group["schema"])
        guard let schema = try? Schema(node) else {
          refused += 1
          continue
        }
        for test in group["tests"]?.elements ?? [] {
          let findings = schema.findings(in: try #require(test["data"]))
          let isRight = findings.isEmpty == test["valid"]?.bool
          #expect(isRight, "\(name): \(title): \(test["description"]?.text?.string ?? "")")
          if isRight { passed += 1 }
        }
      }
      #expect(refused == Self.refused[name] ?? 0, "\(name)")
    }
    #expect(passed == 935)
  }
}
