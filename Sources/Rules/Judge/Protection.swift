import JSONText
import ShellText

/// The paths that nobody's agent may change, compared without regard to case.
struct Protection {
  private static let nameLimit = 20_000

  /// What is protected, and what of it is not.
  private struct Place {
    let glob: PathPattern
    let but: PathPattern?

    /// A bad glob protects everything.
    func matches(_ path: [UInt8]) -> Bool {
      ((try? glob.ready().matches(path)) ?? true) && !spares(path)
    }

    func mayHold(_ folder: [UInt8]) -> Bool {
      GlobReach.mayHold(folder, glob.source) && !spares(folder)
    }

    func isDirectlyBelow(_ folder: [UInt8]) -> Bool {
      GlobReach.isDirectlyAbove(folder, glob.source) && !spares(folder)
    }

    private func spares(_ path: [UInt8]) -> Bool {
      (try? but?.ready().matches(path)) ?? false
    }
  }

  private let places: [Place]
  private let finder: PathFinder

  init(_ circumstances: Circumstances) {
    func pattern(_ text: Text) -> PathPattern { PathPattern(text, ignoringCase: true) }
    places =
      circumstances.protected.map { Place(glob: pattern($0), but: nil) }
      + circumstances.protectedFolders.map {
        Place(glob: pattern($0.everythingIn), but: pattern($0.but))
      }
    finder = PathFinder(circumstances: circumstances)
  }

  /// Whether nothing is protected, so that nothing need be asked.
  var isEmpty: Bool { places.isEmpty }

  /// Whether writing a path changes something protected.
  func covers(_ written: WrittenPath) -> Degree {
    if isEmpty { return .no }
    let path = finder.path(written.path, in: written.directory)
    let degree = path.candidates.map { covers($0, written.reach) }.max() ?? .no
    return path.isCertain ? degree : max(degree, .doubtful)
  }

  /// Whether a change to a path, relative to the root unless it lies outside, changes something protected.
  func covers(_ path: Text) -> Bool {
    let slash = UInt8(ascii: "/")
    let absolute =
      path.bytes.first == slash
      ? path.bytes : finder.circumstances.root.bytes + [slash] + path.bytes
    return finder.candidates(absolute).contains { covers($0, .itself) == .yes }
  }

  private func covers(_ path: [UInt8], _ reach: WrittenPath.Reach) -> Degree {
    if matches(path) { return .yes }
    guard holds(path) else { return .no }
    switch reach {
    case .itself, .changesInside: return .no
    // Whoever unpacks into the root seldom means what lies deep inside; measuring finds it where it happens.
    case .someInside: return holdsRoot(path) ? .no : .doubtful
    case .everythingInside: return .yes
    }
  }

  private func matches(_ path: [UInt8]) -> Bool { places.contains { $0.matches(path) } }

  /// Whether something protected may lie inside a folder.
  private func holds(_ folder: [UInt8]) -> Bool {
    let whole = holdsRoot(folder)
    return places.contains { $0.mayHold(whole ? [] : folder) }
  }

  /// Whether a folder is the root or stands above it.
  private func holdsRoot(_ folder: [UInt8]) -> Bool {
    folder.isEmpty
      || folder.first == UInt8(ascii: "/")
        && Paths.holds(folder, Paths.normal(finder.circumstances.root.bytes))
  }

  /// Whether a path certainly names something protected, a folder that holds such, or, where only what is `nearby`
  /// counts, the very folder that does.
  func isNamed(_ argument: Argument, in directory: Directory, nearby: Bool) -> Bool {
    finder.path(argument, in: directory).candidates.contains { path in
      matches(path)
        || (nearby
          ? places.contains { $0.isDirectlyBelow(path) } : holds(path))
    }
  }

  /// Whether what `find` removes is protected, by the files that there are.
  func covers(_ search: FileSearchCommand, in directory: Directory) -> Degree {
    var degree = Degree.no
    var left = Self.nameLimit
    for start in search.starts {
      let path = finder.path(start, in: directory)
      if !path.isCertain { degree = max(degree, .doubtful) }
      var open = path.candidates
      while let folder = open.popLast() {
        guard let names = finder.circumstances.files.names(in: Text(bytes: folder)) else {
          continue
        }
        left -= names.count
        if left < 0 { return max(degree, .doubtful) }
        for name in names {
          let path = folder.isEmpty ? name.bytes : folder + [UInt8(ascii: "/")] + name.bytes
          let isProtected = matches(path)
          guard isProtected || mayLieBelow(path) else { continue }
          open.append(path)
          guard isProtected else { continue }
          let isFolder = finder.circumstances.files.names(in: Text(bytes: path)) != nil
          if search.finds(name.bytes, isFolder: isFolder) {
            if !search.hasOtherTests { return .yes }
            degree = .doubtful
          }
        }
      }
    }
    return degree
  }

  /// Whether something below a path need be looked at, as no glob that is anchored leads elsewhere.
  private func mayLieBelow(_ path: [UInt8]) -> Bool {
    places.contains { !$0.glob.source.hasPrefix("/") } || holds(path)
  }
}

extension CommandJudge {
  /// Stops what writes protected paths, whatever the sets say, and asks about what might.
  func protect(_ subject: CommandSubject, startsOthers: Bool = false) {
    if protection.isEmpty { return }
    func ask(_ because: Text) {
      tally.add("protected-path", .ask, because, saw: subject.saw)
    }
    func judge(_ degree: Degree, _ path: Text) {
      switch degree {
      case .yes:
        tally.add("protected-path", .stop, "\(path) is protected from agents", saw: subject.saw)
      case .doubtful, .unknown: ask("whether \(path) is protected from agents cannot be told")
      case .no: break
      }
    }
    let directory = subject.placed(subject.vector.directory)
    for written in subject.writtenPaths {
      judge(protection.covers(written), Text(written.path.written))
    }
    if let search = subject.search, search.deletes, !search.deletesAll {
      judge(protection.covers(search, in: directory), "what is found")
    }
    for link in subject.linked
    where protection.isNamed(link.path, in: link.directory, nearby: false) {
      ask("the link leads to \(Text(link.path.written)), where paths are protected from agents")
      break
    }
    if startsOthers || Readers.knows(subject) { return }
    for argument in subject.vector.arguments {
      let isNamed = argument.asPaths.contains {
        protection.isNamed(subject.path($0).path, in: directory, nearby: true)
      }
      guard isNamed else { continue }
      ask(
        "what \(subject.name) does with \(Text(argument.written)), which is protected from agents, "
          + "cannot be told")
      return
    }
  }

  /// So many words of a text in another language are taken for paths.
  private static let wordLimit = 4_000

  /// Asks where code in another language names a protected path.
  func protect(_ code: InlineCode, _ frame: Frame, saw: Text) {
    if protection.isEmpty { return }
    let directory = code.directory.placed(in: frame.start)
    var seen: Set<ArraySlice<UInt8>> = []
    let words = code.text.bytes.split { byte in
      !(CharacterSet.isWord(UInt32(byte)) || byte >= 0x80 || "./-~+@%".utf8.contains(byte))
    }
    for word in words where word.contains(where: { "./".utf8.contains($0) }) {
      guard seen.insert(word).inserted else { continue }
      if seen.count > Self.wordLimit {
        tally.add(
          "protected-path", .ask, "code in the line names more paths than are looked at", saw: saw)
        return
      }
      let path = Argument(Spelling(word))
      if protection.isNamed(path, in: directory, nearby: true) {
        tally.add(
          "protected-path", .ask,
          "code in the line names \(Text(bytes: Array(word))), which is protected from agents",
          saw: saw)
        return
      }
    }
  }
}
