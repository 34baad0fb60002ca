import JSONText
import Rules
import Testing

/// Which environment commands are aimed at, and whose approval lets them pass.
@Suite struct JudgeEnvironmentTests {
  private static let members = #"""
    "authority": {"chain": ["Robert", "CapeAI", "Codex"], "escalate_to": "Robert",
                  "rights": {"migrate": "CapeAI"}},
    "environments": {
      "local": {"urls": ["localhost:5433/devdb", "sqlite:////tmp/dev.db"], "approve": "anyone"},
      "staging": {"apps": ["autorisen"], "hosts": ["dev.example.com"], "branches": ["develop"],
                  "approve": "CapeAI", "needs": ["work_order", "rollback"]},
      "production": {"apps": ["capecraft", "autorisen-dac8"], "hosts": ["example.org"], "branches": ["main"],
                     "variables": {"ALLOW_PROD": ["1", "YES"]}, "approve": "Robert"},
      "frozen": {"apps": ["ice"], "approve": null}
    },
    "hints": {"options": {"heroku": ["-a", "--app"]}, "variables": ["APP", "DATABASE_URL"],
              "operands": ["psql"]},
    "targets": {"make": {
      "certify": {"runs": ["alembic upgrade"], "environment": "staging"},
      "up": {"runs": ["alembic upgrade"]}
    }}
    """#

  private static func set() throws -> RuleSet {
    try Judging.one(
      #"{"program": "alembic", "subcommand": "upgrade"}"#, set: members,
      more: #""environment": "required", "approval": "migrate""#)
  }

  private static func words(_ finding: EnvironmentFinding) -> String {
    switch finding {
    case .none: "none"
    case .resolved(let name): name.string
    case .ambiguous(let reason): "ambiguous: " + reason.string
    }
  }

  @Test(
    arguments: [
      ("ls", "none"), ("heroku logs -a autorisen", "staging"),
      ("heroku logs --app=autorisen", "staging"),
      ("heroku logs -aautorisen", "staging"), ("heroku logs --app autorisen-dac8", "production"),
      ("heroku logs -a staging", "staging"),
      (
        "heroku logs -a autorise", "ambiguous: -a autorise names autorise, which no environment has"
      ),
      ("heroku logs -a $APP", "ambiguous: -a $APP is not known"),
      ("heroku logs", "none"), ("other logs -a autorisen", "none"),
      ("APP=capecraft run", "production"), ("dokku APP=capecraft", "production"),
      ("run APP=capecraft", "none"),
      ("OTHER=capecraft run", "none"),
      ("ALLOW_PROD=1 run", "production"), ("ALLOW_PROD=0 run", "none"),
      ("ALLOW_PROD=$X run", "ambiguous: ALLOW_PROD=$X is not known"),
      (
        "ALLOW_PROD=1 heroku logs -a autorisen",
        "ambiguous: ALLOW_PROD=1 names production and -a autorisen names staging"
      ),
      ("DATABASE_URL=postgres://u:p@localhost:5433/devdb run", "local"),
      ("DATABASE_URL=postgres://localhost:5433/otherdb run", nil),
      ("DATABASE_URL=sqlite:////tmp/dev.db run", "local"),
      ("psql postgres://db.example.org:5432/x", "production"),
      ("psql postgres://elsewhere/x", "ambiguous: elsewhere/x is in no environment's table"),
      ("psql \"$X\"", "ambiguous: $X is not known"), ("psql -c 'select 1'", "none"),
      ("curl https://dev.example.com/x", "staging"), ("curl https://evildev.example.com/x", "none"),
      ("curl https://github.com", "none"), ("git push origin main", "production"),
      ("git push origin HEAD:refs/heads/develop", "staging"), ("git push origin feature", "none"),
      (
        "git push origin main develop",
        "ambiguous: the branch main names production and the branch develop names staging"
      ),
      ("git push", "none"), ("git pull origin main", "none"),
      ("alembic upgrade", "ambiguous: nothing names an environment"), ("alembic history", "none"),
      ("heroku run -a autorisen bash -lc 'cd b && alembic upgrade'", "staging"),
      ("heroku run -a autorisen true; alembic upgrade", "ambiguous: nothing names an environment"),
      ("heroku run -a autorisen alembic upgrade; heroku run -a capecraft alembic upgrade", nil),
      ("heroku run -a autorisen true; heroku run alembic upgrade", nil),
      ("make certify", "staging"), ("make up", "ambiguous: nothing names an environment"),
      ("make up APP=autorisen", "staging"), ("APP=autorisen make up", "staging"),
      ("make certify APP=capecraft", nil),
      ("make up OTHER=autorisen", "ambiguous: nothing names an environment"),
      ("sh -c 'export APP=autorisen; alembic upgrade'", "staging"),
    ] as [(String, String?)])
  func resolving(_ line: String, _ expected: String?) throws {
    let found = RuleBook([try Self.set()]).environment(
      ofCommand: Array(line.utf8), Judging.circumstances())
    if let expected {
      #expect(Self.words(found) == expected)
    } else {
      #expect(Self.words(found).hasPrefix("ambiguous: "), "\(found)")
    }
  }

  @Test func itemCallerAndProcessAreSources() throws {
    let set = try Self.set()
    func environment(_ line: String, _ change: (inout Circumstances) -> Void) -> String {
      Self.words(Judging.judge(line, set, change: change).environment)
    }
    let staged = try Judging.item(#"{"id": "ND-1", "environment": "staging"}"#)
    let odd = try Judging.item(#"{"id": "ND-1", "environment": ["staging"]}"#)
    #expect(environment("alembic upgrade") { $0.environment = "staging" } == "staging")
    #expect(environment("alembic upgrade") { $0.item = staged } == "staging")
    #expect(environment("alembic upgrade") { $0.item = odd }.hasPrefix("ambiguous"))
    #expect(
      environment("alembic upgrade") { $0.environment = "moon" }
        == "ambiguous: the caller names moon, which no environment has")
    #expect(
      environment("heroku run -a capecraft alembic upgrade") { $0.item = staged }
        .hasPrefix("ambiguous"))
    let variable: @Sendable (Text) -> Text? = { $0 == "APP" ? "capecraft" : nil }
    #expect(
      environment("alembic upgrade") { $0.variable = variable }
        == "ambiguous: nothing names an environment")
    func actual(_ circumstances: inout Circumstances) {
      circumstances.variable = variable
      circumstances.isActual = true
    }
    #expect(environment("alembic upgrade", actual) == "production")
    #expect(environment("APP=autorisen alembic upgrade", actual) == "staging")
    #expect(environment("make up APP=autorisen", actual) == "staging")
    #expect(environment("make up", actual) == "production")
  }

  @Test func aRuleThatNeedsAnEnvironmentStopsWithoutOne() throws {
    let judgement = Judging.judge("alembic upgrade", try Self.set())
    #expect(judgement.said == ["stop house/r", "stop house/r"])
    #expect(
      judgement.findings.map(\.because) == [
        "b", "environment ambiguous: nothing names an environment",
      ])
    #expect(
      Judging.judge("heroku run -a autorisen alembic upgrade", try Self.set()).said == [
        "stop house/r"
      ])
  }

  // MARK: Approvals

  private static func approval(_ change: (inout Approval) -> Void = { _ in }) -> Approval {
    var approval = Approval(
      id: "A-1", right: "migrate", environment: "staging", actor: "CapeAI",
      expires: Judging.now().adding(seconds: 60), workOrder: "WO-1", rollback: "yes")
    change(&approval)
    return approval
  }

  private static func verdict(
    _ approval: Approval, on line: String = "heroku run -a autorisen alembic upgrade",
    _ set: RuleSet? = nil
  ) throws -> Verdict {
    let item = try Judging.item(#"{"id": "ND-1"}"#)
    return Judging.judge(line, try set ?? Self.set()) {
      $0.approvals = [approval]
      $0.item = item
    }.verdict
  }

  @Test func anApprovalLetsPassWhatItCovers() throws {
    let valid = Self.approval()
    let judgement = Judging.judge("heroku run -a autorisen alembic upgrade", try Self.set()) {
      $0.approvals = [Self.approval { $0.id = "A-2" }, valid]
    }
    #expect(judgement.said == ["allow house/r"])
    #expect(judgement.findings.first?.approval == "A-1")
    #expect(judgement.findings.first?.right == "migrate")
    #expect(try Self.verdict(Self.approval { $0.actor = "Robert" }) == .allow)
    #expect(try Self.verdict(Self.approval { $0.item = "ND-1" }) == .allow)
    let refused: [(inout Approval) -> Void] = [
      { $0.actor = "Codex" }, { $0.actor = "Mallory" }, { $0.right = "deploy" },
      { $0.environment = "production" }, { $0.environment = nil }, { $0.workOrder = nil },
      { $0.rollback = "" }, { $0.expires = Judging.now() }, { $0.right = "other:migrate" },
      {
        $0.environment = nil
        $0.item = "ND-1"
      },
    ]
    for change in refused {
      let approval = Self.approval(change)
      #expect(try Self.verdict(approval) == .stop, "\(approval)")
    }
    // Of another environment, of none, and of two.
    let production = Self.approval {
      $0.environment = "production"
      $0.actor = "Robert"
    }
    #expect(try Self.verdict(production, on: "heroku run -a capecraft alembic upgrade") == .allow)
    #expect(
      try Self.verdict(
        Self.approval { $0.environment = "production" },
        on: "heroku run -a capecraft alembic upgrade")
        == .stop)
    #expect(try Self.verdict(valid, on: "alembic upgrade") == .stop)
    #expect(
      try Self.verdict(
        valid,
        on: "heroku run -a autorisen alembic upgrade; heroku run -a capecraft alembic upgrade")
        == .stop)
    #expect(try Self.verdict(valid, on: "heroku run -a autorisen true; alembic upgrade") == .stop)
    let anyone = Self.approval {
      $0.environment = "local"
      $0.actor = "whoever"
    }
    #expect(
      try Self.verdict(anyone, on: "DATABASE_URL=sqlite:////tmp/dev.db alembic upgrade") == .allow)
    let frozen = Self.approval {
      $0.environment = "frozen"
      $0.actor = "Robert"
    }
    #expect(try Self.verdict(frozen, on: "heroku run -a ice alembic upgrade") == .stop)
  }

  @Test func rightsWithoutAnEnvironmentGoByItemAndChain() throws {
    let set = try Judging.one(
      #"{"program": "deploy"}"#, set: Self.members,
      more: #""approval": {"right": "deploy", "by": "CapeAI", "needs": ["documentation"]}"#)
    let documented = try Judging.item(#"{"id": "ND-1", "documentation": "docs/x.md"}"#)
    let bare = try Judging.item(#"{"id": "ND-1"}"#)
    func verdict(_ item: Node, _ approval: Approval) -> Verdict {
      Judging.judge("deploy", set) {
        $0.item = item
        $0.approvals = [approval]
      }.verdict
    }
    let approval = Approval(id: "A", right: "deploy", item: "ND-1", actor: "CapeAI")
    #expect(verdict(documented, approval) == .allow)
    #expect(verdict(bare, approval) == .stop)
    #expect(
      verdict(documented, Approval(id: "A", right: "deploy", item: "ND-2", actor: "CapeAI"))
        == .stop)
    #expect(verdict(documented, Approval(id: "A", right: "deploy", actor: "CapeAI")) == .stop)
    #expect(
      verdict(documented, Approval(id: "A", right: "deploy", item: "ND-1", actor: "Codex")) == .stop
    )
    #expect(
      verdict(documented, Approval(id: "A", right: "house:deploy", item: "ND-1", actor: "Robert"))
        == .allow)
  }

  @Test func keysBindTheirActors() throws {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA a"
    let set = try Judging.one(
      #"{"program": "deploy"}"#,
      set:
        #""authority": {"chain": ["Robert", "CapeAI"], "rights": {"deploy": "CapeAI"}, "keys": {"CapeAI": "\#(key)"}}"#,
      more: #""approval": "deploy""#)
    var approval = Approval(id: "A", right: "deploy", item: "ND-1", actor: "CapeAI")
    #expect(try Self.verdict(approval, on: "deploy", set) == .stop)
    approval.isAuthenticated = true
    #expect(try Self.verdict(approval, on: "deploy", set) == .allow)
    approval.isAuthenticated = false
    approval.actor = "Robert"
    #expect(try Self.verdict(approval, on: "deploy", set) == .stop)
  }

  @Test func aReleaseOfTheItemCoversTheItemAlone() throws {
    let set = try Judging.set(
      #"""
      "authority": {"chain": ["Robert", "Codex"], "escalate_to": "Robert"},
      "rules": [\#(Judging.rule(#"{"item": {"field": "title", "matches": "migrate"}}"#, id: "i", phase: "item")),
                \#(Judging.rule(#"{"program": "alembic"}"#, id: "c"))]
      """#)
    let item = try Judging.item(#"{"id": "ND-1", "title": "migrate it"}"#)
    func said(_ right: Text, _ actor: Text = "Robert", _ id: Text = "ND-1") -> [String] {
      RuleBook([set]).judgement(
        ofItem: item,
        Judging.circumstances {
          $0.approvals = [Approval(id: "A", right: right, item: id, actor: actor)]
        }
      ).said
    }
    #expect(said("i") == ["allow house/i"])
    #expect(said("house/i") == ["allow house/i"])
    #expect(said("i", "Codex") == ["stop house/i"])
    #expect(said("i", "Robert", "ND-2") == ["stop house/i"])
    #expect(said("c") == ["stop house/i"])
    let release = Approval(id: "A", right: "c", item: "ND-1", actor: "Robert")
    let judgement = Judging.judge("alembic x", set) {
      $0.item = item
      $0.approvals = [release]
    }
    #expect(judgement.verdict == .stop)
  }
}
