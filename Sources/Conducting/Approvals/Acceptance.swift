import Evidence
import JSONText
import Machine
import Rules

/// The files that an operator accepts, each exactly as it is at this moment.
struct Acceptance {
  let paths: [Approval.Accepted]

  /// Looks at the files that a decision names; refuses a right and paths that do not go together.
  init(
    _ request: ApprovalRequest, _ project: Project, _ context: Context
  ) throws(Refusal) {
    let right = ReasonCode(rawValue: request.right.string)
    guard GrantedRight.isAcceptance(request.right) else {
      guard request.paths.isEmpty else {
        throw Refusal(
          .usage,
          "--path belongs to the rights protected-change and unmeasured, not to " + request.right)
      }
      paths = []
      return
    }
    guard !request.paths.isEmpty, request.item != nil else {
      throw Refusal(
        .usage,
        request.right + " is granted for an item and for files: say which with --item and --path")
    }
    // What is measured stands in the checkout; what is protected belongs to the project.
    let root = right == .unmeasured ? project.workplace(context.machine) : project.root
    paths = try request.paths.map { (path) throws(Refusal) in
      let shown = Path(path).normalized.text
      guard let digest = Protected.digest(of: root / Path(shown), context.machine.files) else {
        throw Refusal(
          .inputOutput, shown + " cannot be read, so that nobody can say what is accepted",
          hint: "Make it readable, or remove it.")
      }
      return Approval.Accepted(path: shown, sha256: digest)
    }
  }
}
