import JSONText
import Rules
import Testing

@Suite("Built-in sets")
struct BuiltInTests {
  @Test func theyAreNamedInOrder() {
    #expect(BuiltIn.names == BuiltIn.names.sorted())
    #expect(Set(BuiltIn.names).isSuperset(of: ["alembic", "statetrace"]))
    #expect(BuiltIn.source("nothing") == nil)
  }

  @Test(arguments: BuiltIn.names)
  func eachLoadsWithAllItsExamples(name: Text) throws {
    let source = try #require(BuiltIn.source(name))
    #expect(source.isBuiltIn)
    let (set, outcomes) = try RuleSet.prove(source) { (_, _) throws(RuleFault) in nil }
    #expect(outcomes.count > 100)
    for outcome in outcomes where !outcome.passed {
      Issue.record("\(outcome.owner) at line \(outcome.example.place.line): \(outcome.text.string)")
    }
    #expect(set.name == name)
    #expect(set.title != nil)
    for rule in set.rules {
      #expect(!rule.match.isEmpty, "\(rule.id.string)")
      // Of all changes, none is without a path.
      if rule.id != "editing" { #expect(!rule.notMatch.isEmpty, "\(rule.id.string)") }
    }
    for detector in set.detectors.values {
      #expect(!detector.match.isEmpty, "\(detector.name.string)")
      #expect(!detector.notMatch.isEmpty, "\(detector.name.string)")
    }
  }

  @Test func aSetThatIsSpeltWrongNamesItsPlace() throws {
    let text = #"{"ruleset":"own","version":"1","language":1,"extends":"alembik"}"#
    let fault = #expect(throws: RuleFault.self) { try BuiltInSets.adopted(text) }
    #expect(try #require(fault).text.contains("alembic"))
  }

  /// Another project takes the migration rules over by saying its own names.
  @Test func anotherProjectAdoptsTheMigrationRules() throws {
    let book = try BuiltInSets.adopted(
      """
      {"ruleset": "shop", "version": "1", "language": 1, "extends": "alembic",
       "params": {"final_authority": "Ada", "planner": "Grace", "staging_app": "shop-stage", "production_app": "shop",
         "other_production_apps": [], "staging_hosts": ["stage.shop.example"], "production_host": "shop.example",
         "migrations": "db/migrations", "startup_switch": "MIGRATE_ON_BOOT", "migration_scripts": ["ops/fix.py"],
         "production_switch": "TO_PROD", "other_production_switch": "TO_PROD_TOO", "specification": "docs/RULES.md",
         "migration_targets": ["db-up"], "database_settings": ["settings.py"], "production_branch": "release",
         "local_urls": ["localhost:5432/shop"], "test_urls": ["localhost:5432/shop_test"],
         "manager": "Linus", "worker": "Bot", "staging_branches": ["next"]}}
      """)
    #expect(book.command("heroku run -a shop-stage alembic upgrade head").verdict == .stop)
    #expect(
      book.command("heroku run -a shop-stage alembic upgrade head").environment
        == .resolved("staging"))
    #expect(book.command("heroku logs -a shop").verdict == .stop)
    #expect(book.command("heroku logs -a capecraft").verdict == .ask)
    #expect(book.command("MIGRATE_ON_BOOT=1 python app.py").verdict == .stop)
    #expect(book.command("RUN_DB_MIGRATIONS_ON_STARTUP=1 python app.py").verdict == .allow)
    #expect(book.command("python ops/fix.py").verdict == .stop)
    #expect(book.command("TO_PROD=1 python app.py").verdict == .stop)
    #expect(book.diff([Change(.add, "db/migrations/versions/a.py")]).verdict == .stop)
    #expect(book.promptLines.contains("Escalation target: Ada"))
    let stop = try #require(book.command("alembic upgrade head").findings.first)
    #expect(stop.escalateTo == "Ada")
  }

  @Test func anotherProjectAdoptsTheLevels() throws {
    let book = try BuiltInSets.adopted(
      """
      {"ruleset": "own-levels", "version": "1", "language": 1, "extends": "statetrace",
       "params": {"operator": "Ada", "agent": "Bot", "runbook_scripts": ["build/a.ps1"],
         "experiment_scripts": ["build/b.ps1"], "online_scripts": ["build/seat.ps1"],
         "scheduling_scripts": ["build/a.ps1"], "network_guard": "build/Guard.psm1",
         "net_switch": "NET_OK", "install_switch": "INSTALL_OK", "decisions": "adr"}}
      """)
    #expect(book.command("build\\a.ps1").verdict == .ask)
    #expect(book.command("build\\b.ps1").verdict == .deny)
    #expect(book.command("Tools\\Invoke-AllChecks.ps1").verdict == .deny)
  }

  /// The stricter verdict of two sets holds, whatever their order.
  @Test func theStricterSetWins() throws {
    let alembic = try #require(BuiltInSets.alembic?.sets.first)
    let other = try #require(
      try BuiltInSets.adopted(
        """
        {"ruleset": "mild", "version": "1", "language": 1, "rules": [{"id": "ask-alembic", "phase": "command",
         "when": {"program": "alembic"}, "verdict": "ask", "because": "x", "match": ["alembic heads"],
         "not_match": ["ls"]}]}
        """
      ).sets.first)
    for sets in [[alembic, other], [other, alembic], [alembic, other, other]] {
      let book = RuleBook(sets)
      #expect(book.command("alembic upgrade head").verdict == .stop)
      #expect(book.command("alembic heads").verdict == .ask)
    }
  }
}
