import Testing

@testable import Machine

@Test func joining() {
  #expect(Path("a") / "b" == "a/b")
}
