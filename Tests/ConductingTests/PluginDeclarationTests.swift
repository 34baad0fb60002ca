import Evidence
import JSONText
import Rules
import Testing

@testable import Conducting

/// A plugin's declaration is read strictly: whatever cannot be meant is refused with its place.
@Suite struct PluginDeclarationTests {
  private static let digest = String(repeating: "0a", count: 32)

  private func configuration(_ plugin: String, name: String = "probe") throws(Refusal)
    -> Configuration
  {
    let text = #"{"version": 1, "plugins": {"\#(name)": \#(plugin)}}"#
    return try Configuration(Bytes(Array(text.utf8)))
  }

  private func plugin(_ more: String = "", kind: String = "judge") -> String {
    #"{"kind": "\#(kind)", "command": ["./a", "b"], "sha256": "\#(Self.digest)"\#(more)}"#
  }

  @Test func everythingThatIsNotSaidHasAPreset() throws {
    let found = try #require(try configuration(plugin()).plugins.first)
    #expect(found.name == "probe")
    #expect(found.kind == .judge)
    #expect(found.command == ["./a", "b"])
    #expect(found.digest.hex == Text(Self.digest))
    #expect((found.timeout, found.outputLimit) == (10, 1 << 20))
    #expect(found.phases == [.item, .command, .diff, .response, .close])
    #expect(found.files.isEmpty && found.environment.isEmpty)
    #expect(try configuration(plugin(kind: "executor")).plugins.first?.timeout == 3600)
  }

  @Test(
    "A declaration that cannot be meant is refused",
    arguments: [
      ("[]", "expected an object"), ("{}", "needs kind"),
      (#"{"kind": "juge"}"#, #"unknown kind "juge"; did you mean "judge"?"#),
      (#"{"kind": "judge"}"#, "needs command"),
      (#"{"kind": "judge", "command": []}"#, "at least one word"),
      (#"{"kind": "judge", "command": ["a"]}"#, "nothing is looked up on the PATH"),
      (#"{"kind": "judge", "command": ["./a\u0000"]}"#, "at least one word"),
      (#"{"kind": "judge", "command": ["./a"]}"#, "needs sha256"),
      (
        #"{"kind": "judge", "command": ["./a"], "sha256": "12"}"#,
        "64 lower-case hexadecimal digits"
      ),
      (#"{"kind": "judge", "comand": ["./a"]}"#, #"unknown key "comand"; did you mean "command"?"#),
    ])
  func refused(_ plugin: String, _ words: String) {
    let refusal = outcome { _ = try configuration(plugin) }
    #expect(refusal?.exit == .wrongConfiguration)
    #expect(
      refusal?.reasons.first?.text.string.contains(words) == true, "\(refusal?.reasons ?? [])")
    #expect(refusal?.reasons.first?.text.hasPrefix("docs/automation/conductor.json:1:") == true)
  }

  @Test(
    "A member that cannot be meant is refused",
    arguments: [
      (#", "timeout": 5"#, "duration"), (#", "timeout": "2d""#, "at most 1d"),
      (#", "output_limit": 0"#, "output_limit"), (#", "output_limit": 1e9"#, "output_limit"),
      (#", "environment": ["A=B"]"#, "names of variables"), (#", "environment": ["PATH"]"#, "PATH"),
      (#", "phases": []"#, "at least one"), (#", "phases": ["merge"]"#, "unknown phase"),
      (#", "files": ["a"]"#, "files must be an object"),
      (#", "files": {"a": "b"}"#, "64 lower-case"),
    ])
  func refusedMember(_ more: String, _ words: String) {
    let refusal = outcome { _ = try configuration(plugin(more)) }
    #expect(
      refusal?.reasons.first?.text.string.contains(words) == true, "\(refusal?.reasons ?? [])")
  }

  @Test func onlyAJudgeHasPhases() {
    let more = #", "phases": ["item"]"#
    #expect(outcome { _ = try configuration(plugin(more)) } == nil)
    #expect(outcome { _ = try configuration(plugin(more, kind: "sink")) } != nil)
  }

  @Test(
    "A name that means something else is refused",
    arguments: [
      "ci", "authenticity", "Probe", "a b", "a/b", "", "-a", String(repeating: "a", count: 65),
    ])
  func names(_ name: String) {
    #expect(outcome { _ = try configuration(plugin(), name: name) }?.exit == .wrongConfiguration)
  }

  @Test func everyPartOfADeclarationCountsForItsDigest() throws {
    let other = Self.digest.replacing("0a", with: "0b", maxReplacements: 1)
    let declarations = [
      plugin(), plugin(kind: "sink"), plugin(#", "timeout": "9s""#),
      plugin(#", "output_limit": 5"#),
      plugin(#", "environment": ["A"]"#), plugin(#", "phases": ["item"]"#),
      plugin(#", "files": {"c": "\#(other)"}"#), plugin().replacing(#", "b""#, with: ""),
      plugin().replacing(#""./a", "b""#, with: #""./a b""#),
      plugin().replacing(Self.digest, with: other),
    ]
    var seen: Set<Digest> = []
    for declaration in declarations {
      let found = try #require(try configuration(declaration).plugins.first)
      #expect(seen.insert(try found.fingerprint()).inserted, "\(declaration)")
    }
    // What is only spelled out differently is the same.
    let spelled = try configuration(plugin(#", "timeout": "10s""#)).plugins.first?.fingerprint()
    #expect(spelled == (try configuration(plugin()).plugins.first?.fingerprint()))
  }
}
