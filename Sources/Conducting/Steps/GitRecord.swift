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
  case facts(GitFacts, Baseline?)
  case absent(Text)
  case notAsked

  /// Asks git, which executes nothing of the checkout's own configuration, and keeps what later measuring needs. In a
  /// separate checkout of the present commit nothing is changed yet, whatever is in the user's own.
  init(claiming project: Project, _ context: Context, isSeparate: Bool) {
    do {
      let files = context.machine.files
      // What the backlog holds is known by the digests of the step itself.
      let backlog = project.place(project.configuration.backlog)
      var facts = try context.machine.git.facts(at: project.checkout, minor: backlog) {
        path, idSize in
        guard path != backlog else { return nil }
        return ContentFacts(path, files).flatMap {
          context.objects.id(of: $0.digest, idSize: idSize)
        }
      }
      if isSeparate { facts.changed = [] }
      self = .facts(facts, try Baseline(facts, project, context, isSeparate: isSeparate))
    } catch {
      self = .absent(error.words)
    }
  }

  /// Asks git for those who only look.
  init(_ project: Project, _ context: Context) {
    do {
      self = .facts(try context.machine.git.facts(at: project.checkout), nil)
    } catch {
      self = .absent(error.words)
    }
  }

  /// The form that receipts hold.
  var json: JSON {
    switch self {
    case .notAsked: return .null
    case .absent(let why): return ["absent": .string(why)]
    case .facts(let facts, let baseline):
      return [
        "top": .string(facts.top.text),
        "commit": facts.commit.map { .text($0) } ?? .null,
        "branch": facts.branch.map { .text($0) } ?? .null,
        "changed": .array(facts.changed.map { Self.json($0) }),
        "baseline": baseline?.json ?? .null,
      ]
    }
  }

  private static func json(_ change: GitFacts.Change) -> JSON {
    [
      "path": .string(change.path.text), "status": .text(change.status),
      "blob": change.blob.map { .text($0) } ?? .null,
      "staged": change.staged.map { .text($0) } ?? .null,
    ]
  }
}
