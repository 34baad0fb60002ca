import JSONText
import Rules
import Testing

/// Loads texts as sets, the way a project would.
enum Loading {
  /// Loads a set of the name `set.json`, with others that it may extend.
  static func load(
    _ text: String, others: [String: String] = [:], isBuiltIn: Bool = false
  ) throws(RuleFault) -> RuleSet {
    try RuleSet.load(source("set.json", text, isBuiltIn: isBuiltIn)) { (name, _) in
      others[name.string].map { source(name.string, $0) }
    }
  }

  static func source(_ name: String, _ text: String, isBuiltIn: Bool = false) -> RuleSource {
    RuleSource(name: Text(name), bytes: Bytes(Array(text.utf8)), isBuiltIn: isBuiltIn)
  }

  /// The fault of a set that does not load.
  static func fault(
    _ text: String, others: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> RuleFault {
    try #require(throws: RuleFault.self, sourceLocation: sourceLocation) {
      try load(text, others: others)
    }
  }

  /// A set of these members behind the three that every set needs.
  static func set(_ members: String = "") -> String {
    let head = "{\"ruleset\": \"house\", \"version\": \"1.0.0\", \"language\": 1"
    return head + (members.isEmpty ? "}" : ", " + members + "}")
  }

  /// A set of one rule in a phase, with this condition.
  static func rule(_ condition: String, phase: String = "\"command\"", _ more: String = "")
    -> String
  {
    set(
      """
      "rules": [{"id": "r", "phase": \(phase), "when": \(condition), "verdict": "deny",
        "because": "it is so"\(more.isEmpty ? "" : ", " + more)}]
      """)
  }
}

/// A set that uses every key of the language, and texts that break none of its rules.
let wholeSet = """
  {
    "ruleset": "whole",
    "version": "2.1.0",
    "language": 1,
    "title": "Everything that can be said",
    "response": {"properties": {"analysis": {"type": "object", "required": ["risks"]}}},
    "reviewed_against": {"commit": "0b47bc3a", "files": ["docs/SPEC.md"]},
    "shell": "posix",
    "unmatched": "ask",
    "params": {"owner": "Robert", "budget": 40, "tools": ["alembic", "flask-db"], "strict": true},
    "authority": {
      "chain": ["${owner}", "CapeAI", "Codex"],
      "escalate_to": "${owner}",
      "rights": {"migrate": "CapeAI", "deploy": "${owner}"},
      "keys": {"Robert": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA robert@example"}
    },
    "environments": {
      "local": {"hosts": ["localhost"], "urls": ["localhost:5433/devdb"], "approve": "anyone"},
      "staging": {
        "apps": ["autorisen"], "hosts": ["dev.example.com"], "urls": [], "branches": ["develop"],
        "variables": {"HEROKU_APP": ["autorisen"]}, "approve": "CapeAI", "needs": ["work_order", "rollback"]
      },
      "production": {"apps": ["capecraft"], "approve": null}
    },
    "hints": {
      "options": {"heroku": ["-a", "--app"]},
      "variables": ["HEROKU_APP"],
      "operands": ["psql"]
    },
    "levels": {
      "default": "L1",
      "order": ["L0", "L1", "L2"],
      "L1": {"requires": []},
      "L2": {
        "requires": [{"documented": true}, {"approval": "L2"}, {"variable": {"name": "NET", "is": ["1"]}}],
        "prompt": ["Record every command of level L2."]
      }
    },
    "programs": {"alembic": {"valued": ["-c", "-x"]}},
    "targets": {
      "make": {
        "lint": {},
        "migrate-up": {"runs": ["alembic upgrade head"], "environment": "local", "because": "it runs alembic"}
      },
      "npm": {"build": {"runs": []}},
      "just": {"fmt": {}}
    },
    "detectors": {
      "ddl": {
        "any": ["(create|alter|drop) +table"],
        "all": ["table"],
        "unless": ["drop table mat"],
        "negated_by": ["no", "without"],
        "case": "ignore",
        "words": true,
        "match": ["please ALTER TABLE x"],
        "not_match": ["alter the tables", "no alter table."]
      },
      "secret": {"any": ["AKIA[0-9A-Z]{4}"], "case": "exact", "words": false, "match": ["xAKIA1234"], "not_match": ["akia1234"]},
      "revision": {"globs": ["**/versions/*.py"], "match": ["a/versions/1.py"], "not_match": ["a/versions.py"]}
    },
    "rules": [
      {
        "id": "no-migrations", "phase": "command",
        "when": {"program": "${tools}", "subcommand": ["upgrade", "downgrade"]},
        "verdict": "stop", "because": "${owner} alone migrates", "instead": "write a work order",
        "escalate_to": "Robert", "on_unknown": "ask", "environment": "required",
        "approval": {"right": "migrate", "by": "CapeAI", "needs": ["work_order"]},
        "code": "migration", "cites": ["docs/SPEC.md"]
      },
      {
        "id": "vectors", "phase": "command",
        "when": {
          "option": ["--sql"], "value": {"of": ["-c"], "is": ["DROP"]}, "operand": "*.sql",
          "argument": ["drop"], "sets": {"ALLOW": ["1", "yes"], "ANY": true}, "script": "tools/*.sh",
          "writes": ["versions/"], "stages": ["*.accdb"], "pipes": true, "redirects": false,
          "chained": true, "host": {"not_in": ["example.com"]},
          "environment": ["production", "ambiguous"], "elsewhere": true, "text": "ddl"
        },
        "level": "L2", "because": "it is far from harmless", "approval": "deploy"
      },
      {
        "id": "hosts", "phase": "command", "when": {"host": {"in": ["example.com"]}},
        "verdict": "allow", "because": "it is our own"
      },
      {
        "id": "items", "phase": ["item"],
        "when": {
          "all": [{"text": ["ddl", "secret"], "fields": ["title", "notes"]}, {"artifacts": {"all": ["docs/**"]}}],
          "any": [{"artifacts": {"any": "*.py"}}, {"item": {"field": "migrations", "is": "allowed"}}],
          "not": {"item": {"field": "/labels/0", "in": ["docs", "plans"], "on_unknown": false}}
        },
        "verdict": "ask", "because": "someone has to look"
      },
      {
        "id": "changes", "phase": "diff",
        "when": {
          "path": ["**/versions/*.py"], "change": ["add", "binary"], "added": ["ddl"], "removed": "secret",
          "also": ["models.py"], "count": {"files": {"gt": 3}, "lines": {"ge": "${budget}"}, "new": {"lt": 9}, "deleted": {"le": 2.5}}
        },
        "level": "L1", "because": "the diff is large"
      },
      {
        "id": "answers", "phase": ["item", "response"], "when": {"text": "ddl"},
        "verdict": "deny", "because": "no DDL in prose"
      },
      {
        "id": "facts", "phase": ["close", "loop", "merge", "flip", "spawn"],
        "when": {
          "any": [
            {"variable": {"name": "CI", "set": true, "on_unknown": true}},
            {"file": {"path": "Logs/x.json", "exists": true, "contains": "ddl", "newer_than": "12h", "on_unknown": false}},
            {"json": {"file": "a.json", "pointer": "/a/0", "not_in": [1, null]}},
            {"json": {"file": "a.json", "pointer": "", "type": "object"}},
            {"json": {"file": "a.json", "pointer": "/b", "matches": "a+"}},
            {"json": {"file": "a.json", "pointer": "/c", "exists": false, "on_unknown": true}},
            {"approval": {"right": "deploy", "on_unknown": false}},
            {"level": {"at_least": "L2"}},
            {"time": {"after": "2026-01-01", "before": "2027-01-01T00:00:00Z"}}
          ]
        },
        "verdict": "stop", "because": "facts first"
      },
      {
        "id": "work", "phase": "diff",
        "when": {
          "tracked": false, "item": {"field": "due", "within": "2d"},
          "outside": {"item": ["files", "artifacts"], "paths": "docs/${item.id}/**"},
          "changed": {"any": ["src/**"]}
        },
        "verdict": "deny", "because": "stay inside"
      },
      {
        "id": "summaries", "phase": "response", "when": {"not": {"headings": ["A", "B"]}},
        "verdict": "ask", "because": "summaries have headings"
      }
    ],
    "deliverables": [
      {
        "id": "log", "when": {"level": {"at_least": "L1"}},
        "needs": {
          "file": {
            "path": ["docs/sessions/${item.id}*.md", "docs/$${x}.md"], "newest": true, "newer_than": "claim",
            "names": ["${item.id}", "${item./plan/0}"], "mentions": "logs/*.json", "contains": "ddl",
            "commands": "L2", "every": true, "on_unknown": false
          }
        },
        "code": "LogMissing", "because": "sessions are logged", "instead": "write it", "verdict": "stop",
        "escalate_to": "${owner}", "on_unknown": "ask", "approval": "deploy", "cites": ["docs/SPEC.md"]
      },
      {
        "id": "tables",
        "needs": {
          "all": [
            {"csv": {"file": "a.csv", "where": {"ID": "${item.id}", "Status": ["Done", "Blocked"]}, "count": {"ge": 1}}},
            {"csv": {"file": "a.csv", "newer_than": "1h", "column": "Rows", "gt": "${budget}"}},
            {"csv": {"file": "a.csv", "columns": ["ID", "Rows"]}}, {"csv": {"file": "a.csv", "unique": "ID"}},
            {"csv": {"file": "a.csv", "deleted": {"le": 20}, "on_unknown": true}}, {"csv": {"file": "a.csv", "sound": true}},
            {"json": {"file": "b-*.json", "newest": true, "pointer": "/rows", "each": {"pointer": "/n", "ge": 2}}},
            {"json": {"file": "b.json", "names": "x", "pointer": "", "some": {"within": "claim"}}},
            {"json": {"file": "b.json", "mentions": "c", "pointer": "/rows", "count": {"is": 3}}},
            {"file": {"path": "c/**", "count": {"not_in": [1, 2]}}}, {"file": {"path": "d", "names": "e"}}
          ]
        },
        "because": "tables hold"
      },
      {
        "id": "pages",
        "needs": {
          "any": [
            {"markdown": {"file": "a.md", "newest": true, "newer_than": "claim", "names": "x", "mentions": "y", "section": "Of ${item.id}", "headings": ["A", "B"], "boxes": "ticked", "row": ["${item.id}"], "on_unknown": true}},
            {"markdown": {"file": "a.md", "boxes": {"checked": {"is": 1}, "unchecked": {"le": 2}}}},
            {"clean": true, "tested": true, "changed": {"all": "docs/**"}, "outside": "src/**", "text": "ddl", "headings": "A"},
            {"count": {"commits": {"le": 1}}, "artifacts": {"any": "docs/**"}}
          ]
        },
        "because": "pages hold"
      }
    ],
    "waivers": [
      {
        "rule": "items", "scope": {"item": "ND-1", "path": "docs/**", "command": "alembic"},
        "reason": "agreed", "who": "${owner}", "expires": "2027-01-01T00:00:00Z"
      }
    ],
    "prompt": ["Autonomous agents MUST NOT create migrations.", "Ask ${owner} within ${budget} commands."],
    "redact": ["cape-[0-9]+"], "response": {"minProperties": 3}
  }
  """
