import JSONText
import Machine

/// Signs approvals, and checks their signatures, by the program ssh-keygen.
struct Signature {
  private let project: Project
  private let context: Context

  init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context
  }

  /// What a signature is made for, so that none can be carried over from elsewhere.
  private static let purpose = "conductor-approval"
  /// A key may have to be unlocked by hand.
  private static let patience: Double = 120

  private func place(_ id: Text, _ ending: Text) -> Path {
    project.receipts / Approvals.folder / Path(id + ending)
  }

  /// The file that tells ssh-keygen whose key is good for what.
  private func signers(_ actor: Text, _ key: Text) -> [UInt8] {
    (actor + " namespaces=\"" + Text(Self.purpose) + "\" " + key).bytes + [0x0A]
  }

  /// Whether the signature beside an approval is its actor's own.
  ///
  /// The file of signers was written when it was signed; one that does not say what the sets say now is not used.
  func isGood(of record: ApprovalRecord, _ bytes: [UInt8], by key: Text?) -> Bool {
    let files = context.machine.files
    let signature = place(record.id, ".json.sig")
    let allowed = place(record.id, ".signers")
    guard let key, (try? files.identity(signature)) != nil,
      (try? files.read(allowed, limit: 1 << 16)) == signers(record.actor, key)
    else { return false }
    let finished = try? run(
      [
        "-Y", "verify", "-f", allowed.string, "-I", record.actor.string, "-n", Self.purpose, "-s",
        signature.string,
      ], input: bytes)
    return finished?.isSuccess ?? false
  }

  /// Signs an approval and puts the signature beside where it will lie; what was put there is answered, so that it can
  /// be taken away again.
  func sign(_ record: ApprovalRecord, with key: Path, boundTo bound: Text?) throws(Refusal)
    -> [Path]
  {
    let finished: Finished
    do {
      finished = try run(["-Y", "sign", "-f", key.string, "-n", Self.purpose], input: record.bytes)
    } catch {
      throw error.isMissing
        ? Refusal(.signerMissing, "there is no ssh-keygen on the PATH", hint: "Install OpenSSH.")
        : Refusal(error)
    }
    guard finished.isSuccess, !finished.output.isEmpty else {
      let words = finished.errors.split(separator: 0x0A).last.map { Text(bytes: Array($0)) }
      throw Refusal(
        .signatureFailed,
        "ssh-keygen could not sign with " + key.text + (words.map { ": " + $0 } ?? ""))
    }
    let files = context.machine.files
    var placed: [Path] = []
    do {
      try files.makeDirectory(project.receipts / Approvals.folder)
      for (ending, bytes) in [
        (".json.sig", finished.output), (".signers", signers(record.actor, bound ?? "")),
      ] as [(Text, [UInt8])] {
        let path = place(record.id, ending)
        try files.publish(bytes, at: path, temporaryIn: project.state)
        placed.append(path)
      }
    } catch {
      for path in placed { try? files.remove(path) }
      throw Refusal(error, relativeTo: project.root)
    }
    return placed
  }

  private func run(_ arguments: [String], input: [UInt8]) throws(SystemError) -> Finished {
    let environment = context.machine.environment
    let passed = ["PATH", "HOME", "SSH_AUTH_SOCK"].compactMap { name in
      environment[name].map { (name: name, value: $0) }
    }
    return try context.machine.processes.run(
      ["ssh-keygen"] + arguments, environment: passed + [(name: "LC_ALL", value: "C")],
      input: input, limits: .init(timeout: Self.patience))
  }
}
