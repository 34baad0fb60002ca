import Testing

@testable import Machine

@Suite("Where a branch may be pushed") struct GitAddressTests {
  @Test(
    "Paths and addresses of ssh and https are taken",
    arguments: [
      "/srv/git/site.git", "./site.git", "../with space/site.git", "file:///srv/site.git",
      "ssh://git@example.org:22/site.git", "git+ssh://example.org/site", "git@example.org:site.git",
      "example.org:site", "https://example.org/site.git", "https://u:p@example.org/site.git",
    ])
  func taken(text: String) {
    #expect(GitAddress(text)?.text == text)
    #expect(GitRemote(text) == GitAddress(text).map { .address($0) })
  }

  @Test(
    "What could run a program, or be an option, is refused, and so is every other transport",
    arguments: [
      "", "ext::sh -c touch%20marker", "fd::17", "ext::https://example.org/x", "-u", "--exec=x",
      "ssh://-oProxyCommand=touch/x", "ssh://git@-oProxyCommand=touch/x", "-oProxyCommand=x:y",
      "git@-oProxyCommand=touch:x", "host:-x", "http://example.org/x", "git://example.org/x",
      "ftp://example.org/x", "a\nb:c", "/srv/a\u{0}b", " /srv/x", "SSH://example.org/x",
    ])
  func refused(text: String) {
    #expect(GitAddress(text, wordIsPath: true) == nil)
    #expect(GitRemote(text) == nil)
  }

  @Test("A word names a remote, and only in a git configuration a path") func words() {
    #expect(GitRemote("origin") == .name("origin"))
    #expect(GitRemote("my-fork.2") == .name("my-fork.2"))
    #expect(GitRemote("site/x") == nil && GitAddress("site/x") == nil)
    #expect(GitAddress("site", wordIsPath: true)?.absolute(from: "/top") == "/top/site")
    #expect(GitAddress("../site")?.absolute(from: "/top/x") == "/top/x/../site")
    #expect(GitAddress("/site")?.absolute(from: "/top") == "/site")
  }

  @Test(
    "Credentials are never shown",
    arguments: [
      ("https://u:secret@example.org/x", "https://example.org/x"),
      ("https://secret@example.org/x", "https://example.org/x"),
      ("ssh://git:secret@example.org/x", "ssh://git@example.org/x"),
      ("ssh://git@example.org/x", "ssh://git@example.org/x"),
      ("https://example.org/a@b", "https://example.org/a@b"),
    ])
  func credentials(text: String, shown: String) {
    #expect(GitAddress(text)?.shown == shown)
    let words = GitAddress(text)?.hiding(in: "fatal: cannot reach " + text)
    #expect(words == "fatal: cannot reach " + shown)
  }
}
