import JSONText
import Rules
import Testing

/// What the migration rules say of items, diffs and responses.
@Suite("Migration rules: texts")
struct BuiltInAlembicTextTests {
  static let items: [(item: String, verdict: Verdict)] = [
    (#"{"title": "Add column last_seen to users"}"#, .stop),
    (#"{"title": "Adds two columns to the orders table"}"#, .stop),
    (#"{"title": "Rename table plans to tiers"}"#, .stop),
    (#"{"title": "Drop index ix_users_email"}"#, .stop),
    (#"{"title": "Drop the unused legacy_tokens table"}"#, .stop),
    (#"{"title": "Create a unique constraint on users.email"}"#, .stop),
    (#"{"title": "Resolve schema drift"}"#, .stop),
    (#"{"title": "Fix the schema-drift between models and database"}"#, .stop),
    (#"{"title": "Backfill the email_norm column"}"#, .stop),
    (#"{"title": "Data migration for old invoices"}"#, .stop),
    (#"{"title": "DB migration"}"#, .stop),
    (#"{"title": "database-migrations for phase 2"}"#, .stop),
    (#"{"title": "Apply pending migrations"}"#, .stop),
    (#"{"title": "Run alembic upgrade head"}"#, .stop),
    (#"{"title": "Tidy", "notes": "then: alembic -c backend/alembic.ini stamp head"}"#, .stop),
    (#"{"title": "Tidy", "verification_commands": ["make migrate-up"]}"#, .stop),
    (#"{"title": "Tidy", "verification_commands": ["make certify-autorisen"]}"#, .stop),
    (#"{"title": "Tidy", "tests": ["cd backend && alembic upgrade head && pytest"]}"#, .stop),
    (#"{"title": "Tidy", "notes": "ALTER TABLE users ADD COLUMN x int;"}"#, .stop),
    (#"{"title": "Tidy", "notes": "create trigger for email_norm"}"#, .stop),
    (#"{"title": "Tidy", "artifacts": ["backend/migrations/versions/x.py"]}"#, .stop),
    (#"{"title": "Tidy", "artifacts": ["migrations/versions/", "docs/a.md"]}"#, .stop),
    (#"{"title": "Tidy", "notes": "see migration 20260219_plan_align"}"#, .stop),
    (#"{"title": "Tidy", "notes": "revision 9f4b2a7c6d11"}"#, .stop),
    (#"{"title": "Tidy", "labels": ["db-migration"]}"#, .stop),
    (#"{"title": "Set RUN_DB_MIGRATIONS_ON_STARTUP=1 on staging"}"#, .stop),
    (#"{"title": "Update the database schema for teams"}"#, .stop),
    (#"{"title": "Schema change: teams"}"#, .stop),
    (#"{"title": "UI only.", "notes": "No backend work; add a column to users"}"#, .stop),
    (#"{"title": "Migrate the database to Postgres 16"}"#, .stop),
    (#"{"title": "Document the database migrations", "artifacts": ["docs/migrations.md"]}"#, .ask),
    (#"{"title": "Describe alembic upgrade", "artifacts": ["docs/", "README.md"]}"#, .ask),
    (
      #"{"title": "Describe alembic upgrade", "artifacts": ["docs/a.md", "backend/src/app.py"]}"#,
      .stop
    ),
    (#"{"title": "Persist the onboarding state"}"#, .ask),
    (#"{"title": "Persisted filters"}"#, .ask),
    (#"{"title": "DB-backed rate limits"}"#, .ask),
    (#"{"title": "Unique slugs for posts"}"#, .ask),
    (#"{"title": "New enum for plan tiers"}"#, .ask),
    (#"{"title": "Tidy", "artifacts": ["backend/src/db/models.py"]}"#, .ask),
    (#"{"title": "Plan the migration"}"#, .ask),
    (#"{"title": "Migration follow-up"}"#, .ask),
    (#"{"title": "Harden the auth middleware"}"#, .ask),
    (#"{"title": "Fix CSRF double submit"}"#, .ask),
    (#"{"title": "Retry Stripe webhooks"}"#, .ask),
    (#"{"title": "Rotate the API keys"}"#, .ask),
    (#"{"title": "ECS migration path"}"#, .allow),
    (#"{"title": "Cloud migration checklist"}"#, .allow),
    (#"{"title": "DNS migration of the marketing site"}"#, .allow),
    (#"{"title": "Traffic migration to the new CDN"}"#, .allow),
    (#"{"title": "Framework migration: Vue to React"}"#, .allow),
    (
      #"{"title": "SPEC-011", "notes": "Record the authority chain; CSV is authoritative."}"#,
      .allow
    ),
    (
      #"{"title": "Polish the product page", "notes": "Non-goals: no backend, no migrations."}"#,
      .allow
    ),
    (
      #"{"title": "UX check", "notes": "Without schema changes, database migrations or deploys."}"#,
      .allow
    ),
    (
      #"{"title": "UX check", "notes": "This does not add a column and never runs alembic upgrade."}"#,
      .allow
    ),
    (#"{"title": "UX check", "notes": "Non-goals: DB migrations, alembic upgrade head"}"#, .allow),
    (
      #"{"title": "UX check", "notes": "verification: confirm no code/migrations/deploys"}"#, .allow
    ),
    (#"{"title": "UX check", "notes": "Schema changes are out of scope."}"#, .allow),
    (#"{"title": "Add a table of contents to the guide", "artifacts": ["docs/guide.md"]}"#, .allow),
    (#"{"title": "Fix the pricing table on mobile"}"#, .allow),
    (#"{"title": "Create index.html"}"#, .allow),
    (#"{"title": "Update the JSON schema of the API response"}"#, .allow),
    (#"{"title": "Derive downstream artifacts", "artifacts": ["docs/SYSTEM_SPEC.md"]}"#, .allow),
    (#"{"title": "Run the author list script"}"#, .allow),
    // What only looks like a negation.
    (#"{"title": "Add a NOT NULL constraint to users.email"}"#, .stop),
    (#"{"title": "Set NOT NULL on orders.total"}"#, .stop),
    (#"{"title": "Drop NOT NULL from users.phone"}"#, .stop),
    (#"{"title": "Make users.email not nullable"}"#, .ask),
    (#"{"title": "Add not-null checks to the TypeScript client"}"#, .allow),
    (#"{"title": "Add not null column email to users"}"#, .stop),
    (#"{"title": "Not only UI: create table orders"}"#, .stop),
    (#"{"title": "Do not forget to add a column to users"}"#, .stop),
    (#"{"title": "NO-OP: alembic stamp head"}"#, .stop),
    (#"{"title": "If not exists create table foo"}"#, .stop),
    (#"{"title": "No longer nullable: alter column email"}"#, .stop),
    (#"{"title": "Zero-downtime database migration"}"#, .stop),
    (#"{"title": "Never lose a vote: add a unique index on votes"}"#, .stop),
    (#"{"title": "Not urgent: run alembic upgrade head"}"#, .stop),
    (#"{"title": "UX check", "notes": "Not part of this: database migrations"}"#, .allow),
    (#"{"title": "No UI work but add a column to users"}"#, .stop),
    (
      #"{"title": "x", "notes": "Paragraphs of prose wrap, so we add a\n column to users."}"#, .stop
    ),
    (#"{"title": "x", "notes": "- Tidy what we add\n- a column chart is next"}"#, .allow),
    (#"{"title": "Add a column to the kanban table component"}"#, .allow),
    (#"{"title": "Add a column to the users table"}"#, .stop),
    (#"{"title": "Merge alembic heads"}"#, .stop),
    (#"{"title": "Downgrade the last migration"}"#, .stop),
    (#"{"title": "Payments DB schema"}"#, .stop), (#"{"title": "Seed the database"}"#, .ask),
    (#"{"title": "Save preferences to the database"}"#, .ask),
    (#"{"title": "Check", "verification_commands": ["alembic heads"]}"#, .allow),
    (#"{"title": "Add columns to the CSV export"}"#, .allow),
    (#"{"title": "Style", "notes": "Migrations: none"}"#, .allow),
    (#"{"title": "Style", "notes": "Out of scope: schema changes, migrations"}"#, .allow),
    // The item's own field decides.
    (#"{"title": "Reword the migration guide", "migrations": "none"}"#, .allow),
    (
      #"{"title": "Describe alembic upgrade", "artifacts": ["docs/a.md"], "migrations": "docs"}"#,
      .allow
    ),
    (#"{"title": "Add a column", "migrations": "allowed"}"#, .stop),
    (#"{"title": "Add a column", "migrations": "allowed", "work_order": "WO-1"}"#, .stop),
    (
      #"{"title": "Add a column", "migrations": "allowed", "work_order": "WO-1", "environment": "staging"}"#,
      .allow
    ),
    (#"{"title": "Add a column", "migrations": "sure"}"#, .stop),
    (
      #"{"title": "x", "migrations": "none", "artifacts": ["backend/migrations/versions/x.py"]}"#,
      .ask
    ),
  ]

  @Test(arguments: items)
  func judgesItems(item: String, verdict: Verdict) throws {
    let judgement = try #require(BuiltInSets.alembic).item(item)
    #expect(judgement.verdict == verdict, "\(judgement.summary)")
    if verdict == .stop { #expect(judgement.findings.first?.escalateTo == "Robert") }
  }

  /// Files that start or deploy something, each with a comment in its own form.
  static let startingFiles: [(path: Text, comment: Text, line: Text)] = [
    ("deploy.sh", "#!/bin/sh", "alembic upgrade head"),
    ("bin/docker-entrypoint", "#!/usr/bin/env bash", "alembic upgrade head"),
    ("Procfile", "# run it", "release: alembic upgrade head"),
    ("Dockerfile", "# syntax=docker/dockerfile:1", "RUN alembic upgrade head"),
    ("heroku.yml", "# release phase", "    - alembic upgrade head"),
    (".github/workflows/deploy.yml", "# deploys", "        run: alembic upgrade head"),
    ("Makefile", "# targets", "\talembic upgrade head"),
    ("docker-compose.yml", "  # the api", "    command: alembic upgrade head"),
    ("backend/src/startup.py", "# starts", "subprocess.run([\"alembic\", \"upgrade\", \"head\"])"),
  ]

  @Test("A comment hides its own line and no other", arguments: startingFiles)
  func comments(path: Text, comment: Text, line: Text) throws {
    let book = try #require(BuiltInSets.alembic)
    let shown = book.diff([Change(.add, path, added: [comment, line])])
    #expect(shown.verdict == .stop, "\(path) \(shown.summary)")
    let windows = book.diff([Change(.add, path, added: [comment + "\r", line + "\r"])])
    #expect(windows.verdict == .stop, "\(path) \(windows.summary)")
    let hidden = book.diff([Change(.add, path, added: [comment, "# " + line])])
    #expect(hidden.verdict == .allow, "\(path) \(hidden.summary)")
    let alone = book.diff([Change(.add, path, added: [comment])])
    #expect(alone.verdict == .allow, "\(path) \(alone.summary)")
  }

  static let versions: Text = "backend/migrations/versions/x.py"

  static let changes: [(change: Change, verdict: Verdict)] = [
    (Change(.add, versions), .stop), (Change(.modify, versions), .stop),
    (Change(.delete, versions), .stop), (Change(.rename, "old/x.py", from: versions), .stop),
    (Change(.rename, versions, from: "old/x.py"), .stop), (Change(.mode, versions), .stop),
    (Change(.add, "migrations/versions/add_integrations_tables_placeholder.py"), .stop),
    (Change(.modify, "backend/migrations/env.py"), .stop),
    (Change(.modify, "backend/migrations/script.py.mako"), .stop),
    (Change(.modify, "backend/alembic.ini"), .stop),
    (Change(.modify, "backend/src/db/migrations_runner.py"), .stop),
    (Change(.modify, "backend/src/db/session.py"), .ask),
    (Change(.modify, "backend/src/core/config.py"), .ask),
    (
      Change(
        .modify, "backend/src/core/config.py",
        added: ["    RUN_DB_MIGRATIONS_ON_STARTUP: bool = True"]), .stop
    ),
    (Change(.modify, "Procfile", added: ["release: cd backend && alembic upgrade head"]), .stop),
    (
      Change(
        .modify, "Procfile", added: ["release: echo \"alembic upgrade head is DISABLED by policy\""]
      ),
      .allow
    ),
    (Change(.modify, "Procfile", added: ["# alembic upgrade head is run by hand"]), .allow),
    (Change(.modify, "heroku.yml", added: ["    - python -m alembic upgrade heads"]), .stop),
    (
      Change(
        .modify, ".github/workflows/deploy-heroku.yml",
        added: [
          "          heroku run -a capecraft -- alembic -c backend/alembic.ini upgrade heads || echo"
        ]),
      .stop
    ),
    (
      Change(
        .modify, ".github/workflows/ci-test.yml",
        added: ["      RUN_DB_MIGRATIONS_ON_STARTUP: \"1\""]),
      .stop
    ),
    (
      Change(
        .modify, ".github/workflows/ci-test.yml",
        added: ["      RUN_DB_MIGRATIONS_ON_STARTUP: \"0\""]),
      .allow
    ),
    (
      Change(
        .modify, "docker-compose.yml",
        added: ["      - RUN_DB_MIGRATIONS_ON_STARTUP=${RUN_DB_MIGRATIONS_ON_STARTUP:-1}"]), .stop
    ),
    (
      Change(.modify, "docker-compose.prod.yaml", added: ["    command: alembic upgrade head"]),
      .stop
    ),
    (Change(.modify, "Makefile", added: ["\t$(MAKE) heroku-run-migrate"]), .stop),
    (Change(.modify, "scripts/start.sh", added: ["flask db upgrade"]), .stop),
    (Change(.modify, "Dockerfile", added: ["CMD alembic upgrade head && uvicorn app:app"]), .stop),
    (
      Change(.modify, "backend/src/app.py", added: ["    Base.metadata.create_all(bind=engine)"]),
      .stop
    ),
    (
      Change(.modify, "backend/src/app.py", added: ["    op.add_column('users', sa.Column('x'))"]),
      .stop
    ),
    (
      Change(.modify, "scripts/fix.py", added: ["db.execute(\"alter table users drop column x\")"]),
      .stop
    ),
    (Change(.modify, "scripts/fix.sql", added: ["CREATE INDEX ix ON users (email);"]), .stop),
    (
      Change(.modify, "scripts/boot.py", added: ["subprocess.run(['alembic', 'upgrade', 'head'])"]),
      .stop
    ),
    (Change(.modify, "tests/test_db.py", added: ["Base.metadata.create_all(engine)"]), .allow),
    (
      Change(.modify, "backend/tests/conftest.py", added: ["Base.metadata.create_all(engine)"]),
      .allow
    ),
    (
      Change(
        .add, ".venv/lib/python3.12/site-packages/alembic/op.py", added: ["op.add_column(x)"]),
      .allow
    ),
    (Change(.add, "node_modules/x/index.js", added: ["CREATE TABLE t (a int)"]), .allow),
    (Change(.modify, "docs/playbook.md", added: ["Run alembic upgrade head by hand."]), .allow),
    (
      Change(.modify, "client/src/Table.tsx", added: ["// create table component", "drop(index)"]),
      .allow
    ),
    (
      Change(.modify, "backend/src/db/models.py", added: ["    email_norm = Column(String(200))"]),
      .ask
    ),
    (
      Change(
        .modify, "backend/src/modules/user/models.py",
        added: ["    x: Mapped[int] = mapped_column()"]),
      .ask
    ),
    (Change(.modify, "backend/src/db/models.py", removed: ["    x = Column(Integer)"]), .ask),
    (Change(.modify, "backend/src/db/models.py", added: ["    # a comment"]), .allow),
    (Change(.modify, "backend/src/modules/auth/service.py"), .ask),
    (Change(.modify, "backend/src/core/authority.py"), .allow),
    (Change(.modify, "backend/src/modules/payments/service.py"), .ask),
    (Change(.add, ".env.production"), .stop), (Change(.add, ".env.example"), .allow),
    (Change(.modify, "backend/src/x.py", added: ["K = 'sk_live_0123456789abcdef'"]), .stop),
    (Change(.modify, "client/src/App.tsx", added: ["<Plan />"]), .allow),
    (Change(.modify, "docs/SYSTEM_SPEC.md", added: ["authoritative"]), .allow),
  ]

  @Test(arguments: changes.indices)
  func judgesDiffs(index: Int) throws {
    let (change, verdict) = Self.changes[index]
    let judgement = try #require(BuiltInSets.alembic).diff([change])
    #expect(judgement.verdict == verdict, "\(change)\n\(judgement.summary)")
  }

  @Test func driftIsNamedAsSuch() throws {
    let book = try #require(BuiltInSets.alembic)
    let model = Change(.modify, "backend/src/db/models.py", added: ["    x = Column(Integer)"])
    let drift = book.diff([model])
    #expect(drift.findings.map(\.rule) == ["schema-drift"])
    #expect(drift.findings.first?.because.string.contains("drift") == true)
    #expect(drift.findings.first?.code == "SCHEMA_DRIFT")
    // With a revision it is no drift, but a migration.
    let both = book.diff([model, Change(.add, Self.versions)])
    #expect(both.findings.first?.rule == "migration-in-diff" && !both.names("schema-drift"))
  }

  @Test func theReasonOfAnImplicitMigrationIsNamed() throws {
    let judgement = try #require(BuiltInSets.alembic).diff([
      Change(.modify, "Procfile", added: ["release: alembic upgrade head"])
    ])
    #expect(judgement.names("implicit-migration"))
    #expect(judgement.findings.contains { $0.code == "IMPLICIT_MIGRATION" })
  }

  static let responses: [(text: String, verdict: Verdict)] = [
    ("Then op.add_column('users', sa.Column('x')) adds it.", .stop),
    ("Please run alembic upgrade head afterwards.", .stop),
    ("ALTER TABLE users ADD COLUMN last_seen timestamptz;", .stop),
    ("This needs a database migration.", .stop),
    ("I created a new migration for it.", .stop),
    ("A migration is required before the deploy.", .stop),
    ("You should add a migration.", .stop),
    ("The schema drift: I resolved the schema drift.", .stop),
    ("Set RUN_DB_MIGRATIONS_ON_STARTUP=1.", .stop),
    ("CREATE INDEX ix_users_email ON users (email)", .stop),
    ("alembic revision --autogenerate would find it.", .stop),
    ("The users table needs a new column.", .stop), ("Run make migrate-up after merging.", .stop),
    ("A database migration might be necessary.", .stop), ("CREATE TABLE foo (id int);", .stop),
    ("Schema drift detected; escalating to Robert.", .allow),
    ("I stopped because the item implies a migration.", .allow),
    ("No migration was needed.", .allow),
    ("I did not run alembic upgrade head.", .allow),
    ("alembic heads shows one head.", .allow),
    ("Updated the authoritative mindmap and the table of contents.", .allow),
    ("The tests pass. Nothing else changed.", .allow),
    ("Done without schema changes or migrations.", .allow),
  ]

  @Test(arguments: responses)
  func judgesResponses(text: String, verdict: Verdict) throws {
    let judgement = try #require(BuiltInSets.alembic).response(text)
    #expect(judgement.verdict == verdict, "\(judgement.summary)")
  }

  @Test func proposedCommandsAreJudgedToo() throws {
    let book = try #require(BuiltInSets.alembic)
    #expect(book.response("Fine.", commands: ["pytest", "make codex-agent-dev"]).verdict == .stop)
    #expect(book.response("Fine.", commands: ["pytest"]).verdict == .allow)
  }

  @Test func thePromptHoldsTheBindingRules() throws {
    let lines = try #require(BuiltInSets.alembic).promptLines
    for line: Text in [
      "Autonomous agents (including Codex) MUST comply with docs/SYSTEM_SPEC.md §6.3 Migration Rules.",
      "Autonomous agents MUST NOT create, apply, suggest, or infer database migrations.",
      "Autonomous agents MUST NOT run migrations on startup.",
      "Autonomous agents MUST NOT resolve schema drift automatically.",
      "Autonomous agents MUST STOP and escalate if migration intent is detected.",
      "Escalation target: Robert",
      "The environment target is ambiguous (local vs autorisen vs capecraft).",
      "Alembic execution without explicit Work Order.",
    ] {
      #expect(lines.contains { $0.hasSuffix(line) }, "\(line.string)")
    }
  }
}
