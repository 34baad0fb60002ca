import JSONText
import ShellText

/// The paths that nobody's agent may change, compared without regard to case.
struct Protection {
  private let globs: [PathPattern]
  private let folders: [(all: PathPattern, but: PathPattern)]
  private let finder: PathFinder

  init(_ circumstances: Circumstances) {
    globs = circumstances.protected.map { PathPattern($0, ignoringCase: true) }
    folders = circumstances.protectedFolders.map { folder in
      (
        PathPattern(folder.everythingIn, ignoringCase: true),
        PathPattern(folder.but, ignoringCase: true)
      )
    }
    finder = PathFinder(circumstances: circumstances)
  }

  /// Whether writing a path changes something protected.
  func covers(_ written: WrittenPath) -> Degree {
    if globs.isEmpty, folders.isEmpty { return .no }
    let path = finder.path(written.path, in: written.directory)
    if path.candidates.contains(where: { covers($0, written.reach) }) { return .yes }
    return path.isCertain ? .no : .doubtful
  }

  /// Whether a change to a path, relative to the root unless it lies outside, changes something protected.
  func covers(_ path: Text) -> Bool {
    let slash = UInt8(ascii: "/")
    let absolute =
      path.bytes.first == slash
      ? path.bytes : finder.circumstances.root.bytes + [slash] + path.bytes
    return finder.candidates(absolute).contains { covers($0, .itself) }
  }

  private func covers(_ path: [UInt8], _ reach: WrittenPath.Reach) -> Bool {
    globs.contains { covers($0, path, reach) }
      || folders.contains { folder in
        guard covers(folder.all, path, reach) else { return false }
        return (try? folder.but.ready())?.matches(path) != true
      }
  }

  private func covers(
    _ glob: PathPattern, _ path: [UInt8], _ reach: WrittenPath.Reach
  ) -> Bool {
    // A bad glob protects everything.
    guard let compiled = try? glob.ready() else { return true }
    return compiled.matches(path)
      || (reach == .everythingInside && GlobReach.mayHold(path, glob.source))
  }
}

extension CommandJudge {
  /// Stops what writes protected paths, whatever the sets say.
  func protect(_ subject: CommandSubject) {
    for written in subject.writtenPaths {
      let path = Text(written.path.written)
      switch protection.covers(written) {
      case .yes:
        tally.add("protected-path", .stop, "\(path) is protected from agents", saw: subject.saw)
      case .doubtful, .unknown:
        tally.add(
          "protected-path", .ask, "whether \(path) is protected from agents cannot be told",
          saw: subject.saw)
      case .no: break
      }
    }
  }
}
