import JSONText
import Rules
import Testing

/// What the migration rules say of commands, as people and agents write them.
@Suite("Migration rules: commands")
struct BuiltInAlembicCommandTests {
  typealias Case = (line: String, verdict: Verdict, environment: String?)

  /// The line, its verdict, and the environment: a name, `ambiguous`, or nil where none is in question.
  static let changing: [Case] = [
    ("alembic upgrade head", .stop, "ambiguous"),
    ("cd backend && alembic upgrade head", .stop, "ambiguous"),
    ("alembic upgrade +1", .stop, "ambiguous"),
    ("./.venv/bin/alembic upgrade head", .stop, "ambiguous"),
    ("python3 -m alembic.config upgrade head", .stop, "ambiguous"),
    ("python3.12 -m alembic -x data=true downgrade base", .stop, "ambiguous"),
    ("poetry run alembic upgrade head", .stop, "ambiguous"),
    ("uv run alembic stamp head", .stop, "ambiguous"),
    ("pipenv run alembic upgrade heads", .stop, "ambiguous"),
    ("sudo -u app env PYTHONPATH=. timeout 60 alembic upgrade head", .stop, "ambiguous"),
    ("bash -lc 'cd backend; alembic upgrade head'", .stop, "ambiguous"),
    ("sh -c \"alembic upgrade head\"", .stop, "ambiguous"),
    ("nohup alembic upgrade head &", .stop, "ambiguous"),
    ("true && (cd backend; alembic upgrade head) | tee log", .stop, "ambiguous"),
    ("docker compose exec api alembic upgrade head", .stop, "ambiguous"),
    ("docker-compose run --rm api alembic upgrade head", .stop, "ambiguous"),
    ("docker exec -it api bash -c 'alembic upgrade head'", .stop, "ambiguous"),
    ("for t in a b; do alembic upgrade $t; done", .stop, "ambiguous"),
    ("flask db upgrade", .stop, "ambiguous"),
    ("alembic ensure_version", .stop, "ambiguous"),
    ("xargs -n1 alembic upgrade < revisions.txt", .stop, "ambiguous"),
    ("eval 'alembic upgrade head'", .stop, "ambiguous"),
    ("heroku run --app=autorisen 'alembic upgrade head'", .stop, "staging"),
    ("heroku run:detached -a autorisen -- alembic upgrade head", .stop, "staging"),
    ("heroku run -a autorisen \"cd backend && python -m alembic upgrade head\"", .stop, "staging"),
    ("HEROKU_APP=autorisen make heroku-run-migrate", .stop, "staging"),
    ("make heroku-run-migrate HEROKU_APP=autorisen", .stop, "staging"),
    ("heroku run -a autorisen-dac8e65796e7 alembic upgrade head", .stop, "production"),
    ("heroku run --app=capecraft -- alembic upgrade head", .stop, "production"),
    ("make heroku-run-migrate HEROKU_APP=autorisen-dac8e65796e7", .stop, "production"),
    ("heroku run -a capecraft-review alembic upgrade head", .stop, "ambiguous"),
    ("heroku run -a Autorisen2 alembic upgrade head", .stop, "ambiguous"),
    ("make heroku-run-migrate", .stop, "ambiguous"),
    ("DATABASE_URL=postgresql://u:p@localhost:5433/devdb alembic upgrade head", .stop, "local"),
    (
      "ALEMBIC_DATABASE_URL=postgresql+psycopg://localhost:5433/autorisen alembic upgrade head",
      .stop, "local"
    ),
    ("DATABASE_URL=sqlite:////tmp/autolocal_test.db alembic upgrade head", .stop, "test"),
    ("env DATABASE_URL=postgresql://localhost:5434/testdb alembic upgrade head", .stop, "test"),
    ("DATABASE_URL=postgresql://elsewhere/db alembic upgrade head", .stop, "ambiguous"),
    (
      "DATABASE_URL=postgresql://localhost:5433/devdb heroku run -a autorisen alembic upgrade head",
      .stop, "ambiguous"
    ),
    ("make migrate-up", .stop, "ambiguous"),
    ("make -C . codex-agent-dev", .stop, "local"),
    ("make codex-test-pg", .stop, "test"),
    ("make certify-autorisen", .stop, "staging"),
    ("make lint codex-test-pg", .stop, "test"),
    ("$TOOL upgrade head", .ask, nil), ("alembic upgrade \"$REV\"", .stop, "ambiguous"),
    ("alembic $VERB head", .stop, "ambiguous"),
    ("$(echo alembic) upgrade head", .stop, nil),
    ("python manage.py migrate", .stop, "ambiguous"),
    ("npx prisma migrate deploy", .stop, "ambiguous"),
    ("python -c 'import alembic.config; alembic.config.main()'", .stop, nil),
  ]

  static let writing: [Case] = [
    ("vim backend/migrations/versions/x.py", .stop, nil),
    ("find backend/migrations -name '*.py' -delete", .stop, nil),
    ("git add backend/migrations", .stop, nil),
    ("git restore backend/migrations/versions/a.py", .stop, nil),
    ("alembic revision -m 'add x'", .stop, nil),
    ("alembic revision --autogenerate", .stop, nil),
    ("alembic merge heads -m join", .stop, nil),
    ("alembic check", .stop, nil),
    ("alembic init migrations", .stop, nil),
    ("alembic edit head", .stop, nil),
    ("alembic upgrade head --sql > up.sql", .stop, nil),
    ("alembic downgrade --sql a:b", .stop, nil),
    ("make migrate-revision", .stop, nil),
    ("flask db migrate -m x", .stop, nil),
    ("touch backend/migrations/versions/20260219_plan.py", .stop, nil),
    ("cat > backend/migrations/versions/x.py <<'E'\nrevision = 'x'\nE", .stop, nil),
    ("echo x >> ./backend/migrations/versions/x.py", .stop, nil),
    ("cd backend/migrations && rm versions/x.py", .stop, nil),
    ("git mv backend/migrations/versions/a.py backend/migrations/versions/b.py", .stop, nil),
    ("git rm -f backend/migrations/versions/a.py", .stop, nil),
    ("cp /tmp/x.py backend/migrations/versions/", .stop, nil),
    ("mv backend/migrations/versions/a.py /tmp", .stop, nil),
    ("sed -i 's/a/b/' backend/migrations/env.py", .stop, nil),
    ("tee backend/alembic.ini < x", .stop, nil),
    ("git checkout HEAD~1 -- backend/migrations/versions/a.py", .stop, nil),
  ]

  static let databases: [Case] = [
    ("echo 'ALTER TABLE users ADD x int' | psql", .stop, "ambiguous"),
    ("psql <<'E'\nDROP TABLE t;\nE", .stop, "ambiguous"),
    ("python -m scripts.ops.init_postgresql", .stop, "ambiguous"),
    ("python -m backend.src.db.migrations_runner", .stop, "ambiguous"),
    ("docker compose exec db psql -U u -d devdb -c 'CREATE INDEX i ON t (a)'", .stop, "ambiguous"),
    ("psql -c \"alter table users add column x int\"", .stop, "ambiguous"),
    (
      "psql \"$DATABASE_URL\" -c 'BEGIN; SELECT 1; CREATE INDEX ix ON t (a); COMMIT;'", .stop,
      "ambiguous"
    ),
    ("psql postgresql://localhost:5433/devdb -c 'DROP TABLE t'", .stop, "local"),
    ("psql -h localhost -p 5433 -d devdb -c 'DROP TABLE t'", .stop, "local"),
    ("psql --host=localhost -p5433 --dbname devdb -c 'DROP TABLE t'", .stop, "local"),
    ("psql -h localhost -p 5439 -d devdb -c 'DROP TABLE t'", .stop, "ambiguous"),
    ("psql -h localhost -p \"$PORT\" -d devdb -c 'DROP TABLE t'", .stop, "ambiguous"),
    ("heroku pg:psql --app=autorisen --command 'CREATE TYPE mood AS ENUM (1)'", .stop, "staging"),
    ("heroku pg:psql -a capecraft -c 'select 1'", .stop, "production"),
    ("heroku pg:psql -a autorisen -c 'select 1'", .ask, "staging"),
    ("psql -c 'select 1'", .ask, nil),
    ("psql -f query.sql", .ask, nil),
    ("psql -h localhost -c 'TRUNCATE users'", .stop, "ambiguous"),
    ("heroku pg:reset DATABASE -a autorisen --confirm autorisen", .stop, "staging"),
    ("heroku pg:copy capecraft::DATABASE_URL DATABASE_URL -a autorisen", .stop, nil),
    ("heroku pg:backups:restore b101 DATABASE_URL --app autorisen", .stop, "staging"),
    ("heroku pg:reset", .stop, "ambiguous"),
    ("pg_restore -d devdb x.dump", .stop, "ambiguous"),
    ("dropdb devdb", .stop, "ambiguous"),
    ("sqlite3 app.db 'create table t (a)'", .stop, "ambiguous"),
    ("python -c 'from app import Base, e; Base.metadata.create_all(e)'", .stop, "ambiguous"),
    ("python scripts/ops/migrate_auth.py", .stop, "ambiguous"),
    ("python3 ./scripts/ops/fix_database_relationships.py --apply", .stop, "ambiguous"),
    ("cd scripts/ops && python init_analytics_db.py", .stop, "ambiguous"),
    (
      "DATABASE_URL=sqlite:////tmp/staging_test.db python scripts/ops/init_postgresql.py", .stop,
      "test"
    ),
    ("heroku run -a autorisen python scripts/ops/migrate_payment.py", .stop, "staging"),
    ("alembic current", .ask, "ambiguous"),
    ("heroku run -a autorisen -- alembic current", .ask, "staging"),
    ("heroku run -a capecraft -- alembic current", .stop, "production"),
    ("DATABASE_URL=postgresql://localhost:5433/devdb alembic current", .allow, "local"),
    ("DATABASE_URL=sqlite:////tmp/autolocal_test.db alembic current", .allow, "test"),
  ]

  static let others: [Case] = [
    ("docker run -eRUN_DB_MIGRATIONS_ON_STARTUP=1 image", .stop, nil),
    ("docker run -e RUN_DB_MIGRATIONS_ON_STARTUP=1 image", .stop, nil),
    ("echo RUN_DB_MIGRATIONS_ON_STARTUP=1 >> .env", .stop, nil),
    ("sed -i 's/STARTUP=0/STARTUP=1/' .env", .allow, nil),
    ("heroku ps:exec -a autorisen", .ask, "staging"),
    ("heroku restart --app=autorisen", .ask, "staging"),
    ("RUN_DB_MIGRATIONS_ON_STARTUP=1 uvicorn backend.src.app:app", .stop, nil),
    ("export RUN_DB_MIGRATIONS_ON_STARTUP=true; uvicorn backend.src.app:app", .stop, nil),
    ("env RUN_DB_MIGRATIONS_ON_STARTUP=Yes python app.py", .stop, nil),
    ("heroku config:set RUN_DB_MIGRATIONS_ON_STARTUP=on --app=autorisen", .stop, "staging"),
    ("heroku config:set LOG=1 RUN_DB_MIGRATIONS_ON_STARTUP=1 -a autorisen", .stop, "staging"),
    ("RUN_DB_MIGRATIONS_ON_STARTUP=0 uvicorn backend.src.app:app", .allow, nil),
    ("heroku config:set RUN_DB_MIGRATIONS_ON_STARTUP=0 -a autorisen", .allow, "staging"),
    ("make deploy ALLOW_PROD=1", .stop, "production"),
    ("ALLOW_PROD=1 make deploy", .stop, "production"),
    ("make deploy ALLOW_PROD_DEPLOY=YES", .stop, "production"),
    ("make ship-log", .stop, "production"),
    ("make deploy", .stop, "ambiguous"),
    ("make deploy HEROKU_APP=autorisen", .ask, "staging"),
    ("git push heroku main", .stop, "production"), ("git push heroku HEAD", .stop, "ambiguous"),
    ("git push https://git.heroku.com/autorisen.git HEAD:main", .stop, nil),
    ("git push origin main", .stop, nil),
    ("git push origin HEAD:main", .stop, nil),
    ("git push origin feature/main-menu", .allow, nil),
    ("heroku logs --tail -a capecraft", .stop, "production"),
    ("heroku ps --app=autorisen-dac8e65796e7", .stop, "production"),
    ("heroku logs --tail -a autorisen", .allow, "staging"),
    ("curl -fsS https://cape-control.com/api/health", .stop, "production"),
    ("curl -fsS https://dev.cape-control.com/api/health", .allow, "staging"),
    ("curl https://notcape-control.com/", .allow, nil),
    ("heroku config:set STRIPE_KEY=x -a autorisen", .ask, "staging"),
    ("heroku container:release web -a autorisen", .ask, "staging"),
    ("make unknown-target", .ask, nil),
  ]

  static let harmless: [String] = [
    "rg RUN_DB_MIGRATIONS_ON_STARTUP=1 docs", "git commit -m 'RUN_DB_MIGRATIONS_ON_STARTUP=1'",
    "gh pr create --title 'alembic upgrade head' --body 'RUN_DB_MIGRATIONS_ON_STARTUP=1'",
    "git add -A",
    "alembic heads | grep 9f4b", "git log --grep 'alembic upgrade head'", "man alembic",
    "pip show alembic",
    "alembic heads", "alembic history", "alembic history --verbose", "alembic branches",
    "alembic show head",
    "alembic -c backend/alembic.ini heads", "python -m alembic history", "alembic --version",
    "rg -n alembic docs", "grep -rn 'alembic upgrade head' .", "git log -- backend/migrations",
    "git diff backend/migrations",
    "echo 'alembic upgrade head'", "echo \"run make migrate-up later\"",
    "printf '%s\\n' alembic upgrade",
    "git commit -m 'alembic upgrade head by hand'", "cat versions/x.py",
    "cat backend/migrations/versions/*.py",
    "ls backend/migrations/versions", "head -50 backend/alembic.ini", "which alembic",
    "# alembic upgrade head",
    "make codex-test", "make test lint", "npm run build", "npm -C client run build", "npm run lint",
    "npm test",
    "uvicorn backend.src.app:app --reload", "pytest tests/test_migrations.py",
    "python3 scripts/plan_sync.py --apply",
    "ls | wc -l", "git status --porcelain", "git add docs/SYSTEM_SPEC.md",
    "sed -n 1,20p backend/migrations/env.py",
    "psql --version", "rg 'CREATE TABLE' backend", "git grep create_all",
    "wc -l backend/alembic.ini",
    "git show HEAD:backend/migrations/versions/x.py", "cat \"$FILE\"", "ls $DIR/*.py",
    "cat <<'E' > notes.md\nalembic upgrade head\nE",
  ]

  @Test(arguments: changing + writing + databases + others)
  func judges(line: String, verdict: Verdict, environment: String?) throws {
    let judgement = try #require(BuiltInSets.alembic).command(line)
    #expect(judgement.verdict == verdict, "\(judgement.summary)")
    switch environment {
    case nil: break
    case "ambiguous":
      guard case .ambiguous = judgement.environment else {
        Issue.record("not ambiguous: \(judgement.summary)")
        return
      }
    case let name?: #expect(judgement.environment == .resolved(Text(name)))
    }
    if verdict == .stop, judgement.environment == .resolved("production") {
      #expect(judgement.findings.contains { $0.escalateTo == "Robert" })
    }
  }

  @Test(arguments: harmless)
  func letsThrough(line: String) throws {
    let judgement = try #require(BuiltInSets.alembic).command(line)
    #expect(judgement.verdict == .allow, "\(judgement.summary)")
  }

  @Test func aliasesAndAmbiguityAreNamed() throws {
    let book = try #require(BuiltInSets.alembic)
    let alias = book.command("make codex-agent-dev")
    #expect(alias.names("alembic-executes") && alias.names("alembic-writes"), "\(alias.summary)")
    let ambiguous = book.command("alembic upgrade head")
    #expect(
      ambiguous.findings.contains { $0.because.string.contains("ambiguous") },
      "\(ambiguous.summary)")
    #expect(ambiguous.findings.allSatisfy { $0.escalateTo == "Robert" || $0.verdict < .stop })
    let own = book.command("heroku run -a autorisen alembic upgrade head")
    #expect(!own.findings.contains { $0.because.string.contains("ambiguous") }, "\(own.summary)")
  }

  // MARK: Approvals

  static let staging = "heroku run -a autorisen -- alembic upgrade head"
  static let production = "heroku run -a capecraft -- alembic upgrade head"
  static let local = "DATABASE_URL=postgresql://localhost:5433/devdb alembic upgrade head"

  private func verdict(_ line: String, _ approvals: [Approval]) throws -> Judgement {
    var circumstances = BuiltInSets.circumstances()
    circumstances.approvals = approvals
    return try #require(BuiltInSets.alembic).command(line, circumstances)
  }

  private func approval(
    _ environment: Text?, _ actor: Text, order: Text? = "WO-1",
    rollback: Text? = "alembic downgrade -1"
  ) -> Approval {
    Approval(
      id: "A-1", right: "migrate", environment: environment, actor: actor, workOrder: order,
      rollback: rollback)
  }

  @Test func stagingNeedsApprovalWorkOrderAndRollback() throws {
    #expect(try verdict(Self.staging, []).verdict == .stop)
    for actor: Text in ["CapeAI", "Robert"] {
      let judgement = try verdict(Self.staging, [approval("staging", actor)])
      #expect(judgement.verdict == .allow, "\(judgement.summary)")
      #expect(judgement.findings.contains { $0.approval == "A-1" })
    }
    #expect(try verdict(Self.staging, [approval("staging", "CapeAI", order: nil)]).verdict == .stop)
    #expect(
      try verdict(Self.staging, [approval("staging", "CapeAI", rollback: nil)]).verdict == .stop)
    for actor: Text in ["VS_Chat", "Codex", "Mallory"] {
      #expect(
        try verdict(Self.staging, [approval("staging", actor)]).verdict == .stop, "\(actor.string)")
    }
  }

  @Test func productionIsForRobertAlone() throws {
    #expect(try verdict(Self.production, [approval("staging", "Robert")]).verdict == .stop)
    #expect(try verdict(Self.production, [approval("production", "CapeAI")]).verdict == .stop)
    #expect(
      try verdict(Self.production, [approval("production", "Robert", order: nil)]).verdict == .stop)
    let judgement = try verdict(Self.production, [approval("production", "Robert")])
    #expect(judgement.verdict == .allow, "\(judgement.summary)")
    // It opens production for the migration only.
    #expect(
      try verdict("heroku logs -a capecraft", [approval("production", "Robert")]).verdict == .stop)
  }

  @Test func localIsForTheManagerWithAWorkOrder() throws {
    #expect(try verdict(Self.local, []).verdict == .stop)
    #expect(
      try verdict(Self.local, [approval("local", "VS_Chat", rollback: nil)]).verdict == .allow)
    #expect(try verdict(Self.local, [approval("local", "VS_Chat", order: nil)]).verdict == .stop)
    #expect(try verdict(Self.local, [approval("local", "Codex")]).verdict == .stop)
  }

  @Test func nothingIsApprovedForAnAmbiguousTarget() throws {
    let everywhere: [Approval] = ["local", "test", "staging", "production"].map {
      approval($0, "Robert")
    }
    #expect(try verdict("alembic upgrade head", everywhere).verdict == .stop)
    #expect(try verdict("make heroku-run-migrate", everywhere).verdict == .stop)
  }

  @Test func productionOpensWithRobertsGrant() throws {
    var grant = Approval(
      id: "A-2", right: "production", environment: "production", actor: "Robert", workOrder: "WO-2",
      rollback: "heroku rollback")
    #expect(try verdict("heroku logs -a capecraft", [grant]).verdict == .allow)
    let deploy = try verdict("make deploy ALLOW_PROD=1", [grant])
    #expect(deploy.verdict == .allow, "\(deploy.summary)")
    grant.actor = "CapeAI"
    #expect(try verdict("make deploy ALLOW_PROD=1", [grant]).verdict == .stop)
  }
}
