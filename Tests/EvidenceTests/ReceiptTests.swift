import JSONText
import Testing

@testable import Evidence

@Suite struct ReceiptTests {
  private func receipt() throws -> Receipt {
    Receipt(
      kind: "claim", time: try #require(Timestamp("2026-11-21T08:30:00.123Z")), tool: "1.0",
      run: "r",
      agent: "codex", host: "h", outcome: "claimed")
  }

  @Test func holdsWhatEveryReceiptHolds() throws {
    let root = try Document(Bytes(try receipt().bytes(cleanedBy: Redaction()))).root
    let keys = root.members.map(\.key)
    for key: Text in [
      "format", "kind", "generated_at", "tool", "run", "agent", "host", "outcome", "reasons",
      "guardrails",
      "preflight", "consent", "inputs", "rules", "dry_run",
    ] {
      #expect(keys.contains(key), "\(key)")
    }
    #expect(root["generated_at"]?.text == "2026-11-21T08:30:00.123Z")
    #expect(!keys.contains("fixed"))
  }

  @Test func recordsThePromptExactlyWithItsDigest() throws {
    var receipt = try receipt()
    let prompt: Text = "Task ID: \"x\"\n\u{1F600}\n"
    receipt.prompt = prompt
    let root = try Document(Bytes(receipt.bytes(cleanedBy: Redaction()))).root
    #expect(root["prompt"]?.text == prompt)
    #expect(root["prompt_sha256"]?.text == SHA256.hash(prompt).hex)
  }

  @Test func hidesSecretsInReasonsGuardrailsAndDetails() throws {
    var receipt = try receipt()
    receipt.reasons = [Reason(code: "c", text: "TOKEN=abcdef123456")]
    receipt.guardrails = Guardrails(
      diffLimit: 1, tests: ["TOKEN=abcdef123456 make"], receiptsDirectory: "w")
    receipt.add("task", ["notes": "TOKEN=abcdef123456"])
    let text = Text(bytes: receipt.bytes(cleanedBy: Redaction()))
    #expect(!text.contains("abcdef123456"))
  }

  @Test func namesTheVariablesThatFixedClockOrRandom() throws {
    var receipt = try receipt()
    receipt.fixed = [("CONDUCTOR_NOW", "2026-01-01T00:00:00Z")]
    let root = try Document(Bytes(receipt.bytes(cleanedBy: Redaction()))).root
    #expect(root["fixed"]?["CONDUCTOR_NOW"]?.text == "2026-01-01T00:00:00Z")
  }
}
