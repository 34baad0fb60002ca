import JSONText
import Machine

extension GitAbsence {
  /// Why git says nothing, in words.
  var words: Text {
    switch self {
    case .noProgram: "there is no git on the PATH"
    case .noRepository: "the project is not under git"
    case .failed(let text): "git failed: " + Text(text)
    case .call(let call): "git could not be asked: " + call.words
    }
  }
}

/// What git said of the tree when an item was claimed; a later verification measures from here.
enum GitRecord: Sendable {
  case facts(GitFacts)
  case absent(Text)
  case notAsked

  /// Asks git, which executes nothing of the checkout's own configuration.
  init(_ project: Project, _ context: Context) {
    do {
      self = .facts(try context.machine.git.facts(at: project.checkout))
    } catch {
      self = .absent(error.words)
    }
  }

  /// The present commit as a separate checkout will have it, in which nothing is changed yet.
  init(_ project: Project, _ context: Context, cleanAt worktree: Path) {
    self = GitRecord(project, context)
    guard case .facts(var facts) = self else { return }
    (facts.top, facts.branch, facts.changed) = (worktree, nil, [])
    self = .facts(facts)
  }

  /// The form that receipts hold.
  var json: JSON {
    switch self {
    case .notAsked: return .null
    case .absent(let why): return ["absent": .string(why)]
    case .facts(let facts):
      return [
        "top": .string(facts.top.text),
        "commit": facts.commit.map { .text($0) } ?? .null,
        "branch": facts.branch.map { .text($0) } ?? .null,
        "changed": .array(facts.changed.map { Self.json($0) }),
      ]
    }
  }

  private static func json(_ change: GitFacts.Change) -> JSON {
    [
      "path": .string(change.path.text), "status": .text(change.status),
      "blob": change.blob.map { .text($0) } ?? .null,
    ]
  }
}
