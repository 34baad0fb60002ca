/// The variables that a push may need, to find the user's own keys, credentials and way out.
private let passedOn = [
  "HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK",
  "USER", "LOGNAME", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY",
]

extension Git {
  /// Where a remote leads, by the configuration of the repository around a directory; nothing is run or reached.
  package func address(
    of remote: GitRemote, around root: Path, timeout: Double = 60
  ) throws(GitAbsence) -> GitAddress {
    let name: String
    switch remote {
    case .address(let address): return address
    case .name(let text): name = text
    }
    let (run, _) = try self.run(at: root, timeout: timeout)
    for key in ["pushurl", "url"] {
      let answer = try run.answer(
        ["config", "--null", "--get-all", "remote.\(name).\(key)"], orNothingFor: 1)
      let values = answer.split(separator: 0)
      guard let value = values.first else { continue }
      guard values.count == 1 else {
        throw .failed("the remote \(name) has \(values.count) addresses, and one is expected")
      }
      guard let address = GitAddress(String(decoding: value, as: UTF8.self), wordIsPath: true)
      else {
        throw .failed("the remote \(name) leads to no path, and to no address of ssh or https")
      }
      return address
    }
    throw .failed("the repository has no remote called \(name)")
  }
}

extension MeasuringRepository {
  /// Lets a branch elsewhere lead to a commit. What leads there already and is no ancestor stays, and nothing is forced.
  ///
  /// It starts from this repository, so that nothing counts which the checkout configures: no hook, helper, command or
  /// rewritten address. The user's own configuration does count, since it holds the way to the user's credentials.
  package func push(
    _ commit: String, to branch: String, at address: GitAddress, _ environment: Environment
  ) throws(GitAbsence) {
    let workplace = try workplace()
    do throws(SystemError) {
      // A shallow clone must be known as one, lest commits be looked for that it does not have.
      let shallow = directory.common / "shallow"
      if try files.identity(shallow)?.kind == .file {
        try files.create(try files.read(shallow, limit: 16 << 20), at: workplace.place / "shallow")
      }
    } catch {
      throw .call(error)
    }
    var run = workplace.reading
    run.user = passedOn.compactMap { name in
      environment.bytes(name).map { Array("\(name)=".utf8) + $0 }
    }
    run.reachesOut = true
    let finished = try run.start([
      "push", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags",
      "--no-recurse-submodules", "--", address.absolute(from: directory.top),
      "\(commit):refs/heads/\(branch)",
    ])
    guard !finished.isSuccess else { return }
    throw .failed(address.hiding(in: Self.refusal(finished)))
  }

  /// Why a push failed: what the other side said of the branch, else the first words of an error.
  private static func refusal(_ finished: Finished) -> String {
    let rejected = finished.output.split(separator: 10).first { $0.first == UInt8(ascii: "!") }
    if let words = rejected?.split(separator: 9).last {
      return "git push was refused: " + String(decoding: words.prefix(400), as: UTF8.self)
    }
    return Git.Run.words(of: finished, "push")
  }
}
