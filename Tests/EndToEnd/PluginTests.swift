import JSONText
import TestSupport
import Testing

/// Whatever is wrong with a plugin is a refusal with a reason of its own, and never a pass.
@Suite struct PluginTests {
  // MARK: A prerequisite that cannot be asked

  /// What a script does, and the code that it is refused with; the scripts have a second's time and 4000 bytes.
  static let failures: [(script: String, code: String)] = [
    ("#!/bin/sh\nsleep 60\n", "plugin-slow"),
    ("#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n", "plugin-slow"),
    (PluginProject.answering(#"{"holds": true}"#, exit: 3), "plugin-crashed"),
    ("#!/bin/sh\nkill -9 $$\n", "plugin-crashed"),
    ("#!/no/such/interpreter\n", "plugin-crashed"),
    ("no first line names an interpreter\n", "plugin-crashed"),
    ("#!/bin/sh\nhead -c 10000000 /dev/zero\n", "plugin-overlong"),
    ("#!/bin/sh\nhead -c 5000 /dev/zero >&2\necho '{\"holds\": true}'\n", "plugin-overlong"),
    (PluginProject.answering(""), "plugin-invalid"),
    (PluginProject.answering("yes"), "plugin-invalid"),
    (PluginProject.answering("[]"), "plugin-invalid"),
    (PluginProject.answering("{}"), "plugin-invalid"),
    (PluginProject.answering(#"{"holds": "true"}"#), "plugin-invalid"),
    (PluginProject.answering(#"{"holds": true} {"holds": true}"#), "plugin-invalid"),
    (PluginProject.answering(#"{"holds": true, "holds": true}"#), "plugin-invalid"),
    (PluginProject.answering(#"{"holds": true, "sure": true}"#), "plugin-invalid"),
    (PluginProject.answering(#"{"holds": true, "snapshot": NaN}"#), "plugin-invalid"),
    (
      PluginProject.answering(#"{"holds": true, "reasons": [{"code": "a", "text": "b"}]}"#),
      "plugin-invalid"
    ),
    (PluginProject.answering(#"{"holds": false, "reasons": [{"code": "a"}]}"#), "plugin-invalid"),
    (PluginProject.answering(#"{"holds": false}"#), "plugin-unmet"),
  ]

  @Test("A prerequisite that fails in any way does not hold", arguments: failures)
  func failing(_ script: String, _ code: String) throws {
    let place = try PluginProject(script, more: #", "timeout": "1s", "output_limit": 4000"#)
    try place.expectRefused(5, code)
    let verdict = try place.project.lastReceipt("refusal")["preflight"]?["probe"]
    #expect(verdict?.string("verdict") == "not met")
    #expect(verdict?["reasons"]?.codes.first == code)
    try place.project.expectWhole()
  }

  @Test func aPrerequisiteThatHoldsLetsWorkBeHandedOut() throws {
    let place = try PluginProject(
      PluginProject.answering(#"{"holds": true, "snapshot": {"age": 3}}"#))
    try place.expectClaimed()
    let receipt = try place.project.lastReceipt("claim")
    let verdict = receipt["preflight"]?["probe"]
    #expect(verdict?.string("verdict") == "met")
    #expect(verdict?["snapshot"]?["age"]?.integer == 3)
    #expect(verdict?.string("sha256") == (try place.digest()))
    let paths = receipt["inputs"]?.elements.compactMap { $0.string("path") } ?? []
    #expect(paths.contains(PluginProject.path))
  }

  @Test func whatAPrerequisiteSaysOfItselfIsTold() throws {
    let place = try PluginProject(
      PluginProject.answering(
        #"{"holds": false, "reasons": [{"code": "stale", "text": "three hours old"}]}"#))
    try place.expectRefused(5, "plugin-unmet")
    let run = try place.project.conductor("next")
    #expect(run.err.contains("probe says stale: three hours old"), "\(run)")
  }

  @Test func whatAPluginComplainedOfLastIsToldWithoutSecrets() throws {
    let place = try PluginProject(
      "#!/bin/sh\necho first >&2\necho 'AKIAABCDEFGHIJKLMNOP is no answer' >&2\nexit 1\n")
    let run = try place.project.conductor("next")
    #expect(run.err.contains("ended with status 1; it said: first; "), "\(run)")
    #expect(!run.err.contains("AKIAABCDEFGHIJKLMNOP"), "\(run)")
  }

  // MARK: Missing, changed, not trusted

  @Test(
    "A plugin that is not there is refused", arguments: [("prerequisite", Int32(5)), ("sink", 69)])
  func missing(_ kind: String, _ exit: Int32) throws {
    let place = try PluginProject(PluginProject.holding, kind: kind)
    place.project.root.remove(PluginProject.path)
    try place.expectRefused(exit, "plugin-missing")
  }

  @Test(
    "A plugin with one other byte is refused",
    arguments: [("prerequisite", Int32(5)), ("backlog", 69)])
  func changed(_ kind: String, _ exit: Int32) throws {
    let place = try PluginProject(PluginProject.holding, kind: kind)
    try place.write(PluginProject.holding + "\n")
    try place.expectRefused(exit, "plugin-changed")
    // Declaring the new digest is another declaration, which nobody has trusted.
    try place.declare()
    try place.expectRefused(exit, "plugin-untrusted")
  }

  @Test(
    "A plugin that nobody trusts is refused",
    arguments: [("prerequisite", Int32(5)), ("judge", 69), ("executor", 69), ("sink", 69)])
  func untrusted(_ kind: String, _ exit: Int32) throws {
    let place = try PluginProject(PluginProject.holding, kind: kind, trusted: false)
    try place.expectRefused(exit, "plugin-untrusted")
  }

  @Test func aChangedDeclarationEndsTheTrust() throws {
    let place = try PluginProject(PluginProject.holding)
    for more in [
      #", "timeout": "9s""#, #", "environment": ["HOME"]"#, #", "output_limit": 5"#,
    ] {
      try place.declare(more: more)
      try place.expectRefused(5, "plugin-untrusted")
    }
    try place.declare(command: #", "--all""#)
    try place.expectRefused(5, "plugin-untrusted")
    try place.declare()
    try place.expectClaimed()
  }

  @Test func anotherLinkIsAnotherFile() throws {
    let place = try PluginProject(PluginProject.holding)
    try place.write(PluginProject.holding + "# another\n", at: PluginProject.other)
    place.project.root.remove(PluginProject.path)
    #expect(try place.project.shell("ln -s other \(PluginProject.path)").exit == 0)
    try place.expectRefused(5, "plugin-changed")
  }

  @Test func filesBesideTheProgramArePinnedAsWell() throws {
    let place = try PluginProject(PluginProject.holding, trusted: false)
    try place.write("one\n", at: PluginProject.other)
    let digest = try place.digest(of: PluginProject.other)
    try place.declare(more: #", "files": {"\#(PluginProject.other)": "\#(digest)"}"#)
    try place.trust()
    try place.write("two\n", at: PluginProject.other)
    try place.expectRefused(5, "plugin-changed")
    try place.write("one\n", at: PluginProject.other)
    try place.expectClaimed()
  }

  @Test func trustThatWasTakenBackIsGone() throws {
    let place = try PluginProject(PluginProject.holding)
    #expect(try place.project.conductor("plugin", "untrust", "probe").exit == 0)
    try place.expectRefused(5, "plugin-untrusted")
    let again = try place.project.conductor("plugin", "untrust", "probe", "--json")
    #expect(again.json?["changed"]?.bool == false)
    let outcomes = try place.project.receipts("trust").map { $0.string("outcome") }
    #expect(outcomes == ["trusted", "untrusted"])
  }

  @Test func trustUnderAFixedClockCountsForNothingOnTheRealOne() throws {
    let place = try PluginProject(PluginProject.holding, trusted: false)
    let run = try place.project.conductor("plugin", "trust", "probe", with: Project.fixed)
    #expect(run.exit == 0, "\(run)")
    try place.expectRefused(5, "plugin-untrusted")
    #expect(try place.project.conductor("next", with: Project.fixed).exit == 0)
  }

  @Test(
    "A record of trust that does not say whom to trust counts for nothing",
    arguments: [
      "", "{}", "[", #"{"format": "conductor/trust/2"}"#,
    ])
  func damagedTrust(_ text: String) throws {
    let place = try PluginProject(PluginProject.holding)
    let folder = ".local/state/conductor/trust"
    let name = try #require(place.project.home.names(folder).first)
    #expect(
      try place.project.shell("stat -c %a \"$HOME/\(folder)\"").out == "700\n")
    try place.project.home.write(text, folder + "/" + name)
    try place.expectRefused(5, "plugin-untrusted")
    try place.trust()
    try place.expectClaimed()
  }

  @Test func trustOfAnotherProjectCountsForNothing() throws {
    let place = try PluginProject(PluginProject.holding)
    let other = try PluginProject(PluginProject.holding, trusted: false)
    let folder = place.project.home.place(".local/state")
    let before = try other.project.backlog()
    let run = try other.project.conductor("next", with: ["XDG_STATE_HOME": folder])
    try other.project.expectRefusal(run, exit: 5, code: "plugin-untrusted", backlog: before)
  }

  @Test func whatConductorHasStartedTrustsNobody() throws {
    let place = try PluginProject(PluginProject.holding, trusted: false)
    try place.project.root.write(
      "env -i HOME=\"$HOME\" \(Program.path) plugin trust probe; echo \"status $?\"\n", "trust.sh")
    let seen = try place.project.shell("\"$CONDUCTOR\" exec -- sh trust.sh")
    #expect(seen.exit == 126 && seen.err.contains("conductor/operators-verb"), "\(seen)")
    // A shell under another name is a program of which nothing is known, so that its script is not read.
    let run = try place.project.shell(
      "cp \"$(readlink -f /bin/sh)\" runner && \"$CONDUCTOR\" exec -- ./runner trust.sh")
    #expect(run.lines.contains("status 2"), "\(run)")
    try place.expectRefused(5, "plugin-untrusted")
  }

  @Test func theExactCommandIsShownBeforeItIsEverRun() throws {
    let place = try PluginProject("#!/bin/sh\ntouch ran\n", trusted: false)
    try place.declare(command: #", "two words", "$(touch ran)""#)
    let run = try place.project.conductor("plugin", "trust", "probe", "--by", "Robert")
    #expect(run.exit == 0, "\(run)")
    #expect(
      run.out.contains("\"\(PluginProject.path)\" \"two words\" \"$(touch ran)\""), "\(run)")
    #expect(run.out.contains(try place.digest()))
    #expect(!place.project.root.holds("ran"))
  }

  // MARK: How it is run

  @Test func theEnvironmentIsClearedButForWhatIsNamed() throws {
    let place = try PluginProject(
      "#!/bin/sh\nenv | sort > seen\npwd > where\nprintf '%s' \"$1\" > word\necho '{\"holds\": true}'\n",
      trusted: false)
    try place.declare(command: #", "a b; touch c""#, more: #", "environment": ["TOKEN", "ABSENT"]"#)
    try place.trust()
    let run = try place.project.conductor("next", with: ["TOKEN": "t", "SECRET": "s"])
    #expect(run.exit == 0, "\(run)")
    let names = try place.project.root.text("seen").split(separator: "\n").map {
      String($0.prefix { $0 != "=" })
    }
    let set = ["CONDUCTOR_PLUGIN", "CONDUCTOR_PROTOCOL", "CONDUCTOR_ROOT", "LANG", "PATH", "TOKEN"]
    // A shell adds variables of its own.
    #expect(names.filter { !["PWD", "OLDPWD", "SHLVL", "_"].contains($0) } == set)
    #expect(try place.project.root.text("where") == place.project.root.path + "\n")
    #expect(try place.project.root.text("word") == "a b; touch c")
  }

  @Test func whatAPluginLeavesRunningIsEnded() throws {
    let place = try PluginProject(
      """
      #!/bin/sh
      setsid sh -c 'echo $$ > left; exec sleep 300' > /dev/null 2>&1 &
      while [ ! -s left ]; do sleep 0.01; done
      echo '{"holds": true}'

      """)
    try place.expectClaimed()
    let id = try place.project.root.text("left").split(separator: "\n").first ?? ""
    #expect(try place.project.shell("kill -0 \(id)").exit != 0)
  }

  @Test func aScriptThatReplacesItselfIsRunAsItWasDeclared() throws {
    let place = try PluginProject(
      "#!/bin/sh\necho 'echo other' > \(PluginProject.path)\necho '{\"holds\": true}'\n")
    try place.expectClaimed()
    try place.expectRefused(5, "plugin-changed")
  }
}
