import JSONText
import Testing

@testable import Evidence

@Suite struct RedactionTests {
  private let redaction = Redaction()

  @Test(arguments: [
    ("token ghp_0123456789abcdefghijABCDEFGHIJ012345 here", "ghp_"),
    ("AKIAIOSFODNN7EXAMPLE", "AKIA"),
    ("export API_KEY=s3cr3tvalue99", "s3cr3tvalue99"),
    ("curl -H 'Authorization: Bearer abc.def-123456'", "abc.def-123456"),
    ("postgres://app:hunter2@db.example/prod", "hunter2"),
    ("\"password\": \"correct horse battery\"", "correct horse"),
    ("PGPASSWORD=hunter2 psql", "hunter2"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "eyJhbGci"),
    (
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n",
      "b3BlbnNz"
    ),
    ("xoxb-123456789012-abcdef", "xoxb-1"),
    ("secret: a1b2c3d4e5", "a1b2c3d4e5"),
  ])
  func hidesTheUsualForms(text: String, secret: String) {
    let cleaned = redaction.clean(Text(text))
    #expect(!cleaned.contains(Text(secret)), "\(cleaned)")
    #expect(cleaned.contains("[redacted sha256:"))
  }

  @Test(arguments: [
    "Rotate the password: see the vault for how", "Token handling in the parser",
    "swift test --filter Secret",
    "sk-short", "make test", "see https://example.com/a:b@c",
    "the authorization: required by policy",
    "task-0123456789abcdef", "-----BEGIN CERTIFICATE-----", "key = value", "secretary: Smith42",
  ])
  func leavesOrdinaryTextAlone(text: String) {
    #expect(redaction.clean(Text(text)) == Text(text))
  }

  @Test func cleaningTwiceChangesNothingMore() {
    let text: Text =
      "API_TOKEN=abcdef123456 and \"password\": \"hunter2hunter2\" and postgres://u:pw12@h/d"
    let once = redaction.clean(text)
    #expect(redaction.clean(once) == once)
  }

  @Test func oneSecretHasOneMarker() {
    let a: Text = redaction.clean("TOKEN=abcdef123456")
    let b: Text = redaction.clean("again TOKEN=abcdef123456")
    #expect(b == "again " + a)
  }

  @Test func cleansEveryStringOfAValueButNoName() {
    let value: JSON = [
      "token": "plain", "notes": ["a TOKEN=abcdef123456"], "n": 1, "nested": ["client_secret": "x"],
    ]
    let written = Text(bytes: redaction.clean(value).written(indent: nil))
    #expect(!written.contains("abcdef123456"))
    #expect(!written.contains("plain"))
    #expect(!written.contains("\"x\""))
    #expect(written.contains("\"client_secret\""))
  }

  /// Input that would cost its square in a careless search: many starts of each form, none of them ending.
  @Test(arguments: ["-----BEGIN ", "eyJ.", "a://", "token=\"", "sk-.", "password:"])
  func costGrowsWithTheLength(start: String) {
    let text = Text(String(repeating: start, count: 100_000 / start.utf8.count))
    _ = redaction.clean(text)
  }
}
