import Synchronization

/// A repository of conductor's own in which trees are built and compared, and from which a commit can be pushed.
///
/// It has no configuration, attributes, hooks or references but its own, so that nothing which a checkout configures can
/// run or change what is counted. What it writes goes to a store of its own; the checkout's is only read, and a start
/// of git that writes does not even know it, since git touches the time of an object that it finds there already.
///
/// It is a folder, made when git is first to be started in it and given up by `close`: much of what is asked is answered
/// without git.
package final class MeasuringRepository: Sendable {
  /// The checkout whose objects can be read.
  let directory: GitDirectory
  /// Starts that read from the checkout's own index and references.
  private let checkout: Git.Run
  let files: Files
  /// How many bytes an id has.
  package let idSize: Int
  /// Where the folders of all measurings lie, and what they keep.
  private let store: Path
  private let folder: MeasuringFolder
  private let made = Mutex<Workplace?>(nil)

  /// The folder of this one measuring.
  struct Workplace: Sendable {
    let place: Path
    /// Starts that know both stores.
    let reading: Git.Run
    /// Starts that know the own store alone.
    let writing: Git.Run
    /// What was laid ready to be compared.
    var laid: [Side: Set<Path>] = [:]
  }

  /// Prepares one for the checkout around a directory. New objects are kept below `store`, for every later one to read.
  package init(
    _ git: Git, at place: Path, store: Path, folder: MeasuringFolder = MeasuringFolder(),
    timeout: Double = 600
  ) throws(GitAbsence) {
    self.folder = folder
    checkout = try git.run(at: place, timeout: timeout).0
    directory = checkout.directory
    files = git.files
    self.store = store
    do throws(SystemError) {
      idSize = try GitSettings.objectFormat(directory, git.files) == "sha1" ? 20 : 32
    } catch {
      throw .call(error)
    }
  }

  private var format: String { idSize == 20 ? "sha1" : "sha256" }
  private var objects: Path { store / Path(format) }

  func workplace() throws(GitAbsence) -> Workplace {
    try made.withLock { made throws(GitAbsence) in
      if let made { return made }
      let workplace: Workplace
      do throws(SystemError) {
        workplace = try makeWorkplace()
      } catch {
        throw .call(error)
      }
      made = workplace
      return workplace
    }
  }

  private func makeWorkplace() throws(SystemError) -> Workplace {
    if try files.identity(objects) == nil { try files.makeDirectory(objects) }
    for directory in [store, objects] where try !files.isOwnDirectory(directory) {
      throw SystemError(call: .open, errno: Code.notDirectory, path: directory)
    }
    let place =
      if let kept = folder.take(below: store, idSize: idSize, files) { kept } else {
        try makeFolder()
      }
    let own = GitDirectory(top: place, own: place, common: place)
    var run = Git.Run(
      directory: own, processes: checkout.processes, path: checkout.path, timeout: checkout.timeout)
    run.variables = [
      Array("GIT_OBJECT_DIRECTORY=".utf8) + objects.bytes,
      Array("GIT_INDEX_FILE=".utf8) + (place / "index").bytes,
    ]
    let writing = run
    let theirs = Git.quoted(directory.common / "objects", always: true)
    run.variables.append(Array("GIT_ALTERNATE_OBJECT_DIRECTORIES=".utf8) + theirs)
    return Workplace(place: place, reading: run, writing: writing)
  }

  /// The least that git takes for a repository, under a name that nobody else has.
  private func makeFolder() throws(SystemError) -> Path {
    var number = 0
    while true {
      let place = store / Path("\(files.calls.processID)-\(number)")
      do {
        try files.makePrivateDirectory(place)
      } catch {
        guard error.isExisting, number < 10_000 else { throw error }
        number += 1
        continue
      }
      do {
        try furnish(place)
        return place
      } catch {
        try? files.removeTree(place)
        throw error
      }
    }
  }

  private func furnish(_ place: Path) throws(SystemError) {
    try files.makePrivateDirectory(place / "refs")
    try files.create(Array("ref: refs/heads/none\n".utf8), at: place / "HEAD")
    let version = idSize == 20 ? 0 : 1
    let settings = """
      [core]
      \trepositoryformatversion = \(version)
      \tbare = true
      \tprotectNTFS = false
      \tprotectHFS = false
      \tquotePath = true
      [diff]
      \trenameLimit = 20000

      """
    let extensions = idSize == 20 ? "" : "[extensions]\n\tobjectformat = \(format)\n"
    try files.create(Array((settings + extensions).utf8), at: place / "config")
  }

  /// Gives up the folder of this measuring; what was stored stays.
  package func close() {
    made.withLock {
      if let place = $0?.place { folder.leave(place, idSize: idSize, files) }
      $0 = nil
    }
  }

  private func reading(_ arguments: [String], input: [UInt8] = []) throws(GitAbsence) -> [UInt8] {
    try workplace().reading(arguments, input: input)
  }

  private func writing(_ arguments: [String], input: [UInt8] = []) throws(GitAbsence) -> [UInt8] {
    try workplace().writing(arguments, input: input)
  }

  /// The top of the checkout, without links.
  package var top: Path { directory.top }
  /// Attributes of paths that no commit holds.
  package var attributesFile: Path { directory.common / "info/attributes" }

  // MARK: Reading

  /// The tree that a commit names.
  ///
  /// Git does not ask whether an object is what its id says, and whoever works in the checkout can write into its
  /// store. So a commit is hashed again here, as trees are put together again, which must lead to the same ids.
  package func tree(ofCommit name: String) throws(GitAbsence) -> String {
    let commit = try reading(["cat-file", "commit", name])
    let id = try writing(["hash-object", "-t", "commit", "--stdin"], input: commit)
    guard id.dropLast().elementsEqual(name.utf8) else { throw Self.forged(name) }
    let line = commit.prefix { $0 != 10 }
    guard line.starts(with: "tree ".utf8) else { throw .failed("commit \(name) names no tree") }
    return String(decoding: line.dropFirst(5), as: UTF8.self)
  }

  /// What a tree holds.
  package func entries(ofTree tree: String) throws(GitAbsence) -> TreeEntries {
    let answer = try reading(["ls-tree", "-r", "-z", "--full-tree", tree])
    var entries: TreeEntries = [:]
    var isPlain = true
    for line in answer.split(separator: 0) {
      guard let tab = line.firstIndex(of: 9) else { throw .failed("git ls-tree named no path") }
      let words = line[..<tab].split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
      if let mode = words.first, TreeEntry.Kind(rawValue: mode) == nil { isPlain = false }
      guard words.count == 3, let kind = TreeEntry.Kind(mode: words[0]) else {
        throw .failed("git ls-tree said something new: \(String(decoding: line, as: UTF8.self))")
      }
      entries[Path(bytes: Array(line[(tab + 1)...]))] = TreeEntry(kind, words[2])
    }
    // Trees of old repositories hold modes that nothing writes any more.
    if isPlain, try keep(entries) != tree { throw Self.forged(tree) }
    return entries
  }

  private static func forged(_ id: String) -> GitAbsence {
    .failed("object \(id) is not what its id says")
  }

  /// How large objects are; `nil` for one that the repository does not have.
  package func sizes(of ids: [String]) throws(GitAbsence) -> [String: Int] {
    guard !ids.isEmpty else { return [:] }
    let input: [UInt8] = ids.flatMap { Array($0.utf8) + [10] }
    let answer = try reading(
      ["cat-file", "--batch-check=%(objectname) %(objectsize)"], input: input)
    var sizes: [String: Int] = [:]
    for line in answer.split(separator: 10) {
      let words = line.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
      if words.count == 2, let size = Int(words[1]) { sizes[words[0]] = size }
    }
    return sizes
  }

  /// Refuses contents that have turned out to have other ids than those by which they were asked for.
  package func compare(
    _ ids: [String], _ found: ArraySlice<String?>
  ) throws(GitAbsence) {
    for (id, found) in zip(ids, found) where id != found { throw Self.forged(id) }
  }

  /// The bytes of contents, in the order asked; whether they are what their ids say is still to be seen.
  ///
  /// What measuring has kept itself is read without git, which is asked for the rest.
  package func unchecked(_ ids: [String]) throws(GitAbsence) -> [[UInt8]] {
    var contents = ids.map { kept($0) }
    let missing = ids.indices.filter { contents[$0] == nil }
    for (index, bytes) in zip(missing, try asked(missing.map { ids[$0] })) {
      contents[index] = bytes
    }
    return contents.compactMap(\.self)
  }

  /// A content of the own store; nil where it is not there as git writes it for this repository.
  private func kept(_ id: String) -> [UInt8]? {
    let place = objects / Path(String(id.prefix(2))) / Path(String(id.dropFirst(2)))
    return (try? files.read(place, limit: LooseObject.sizeLimit)).flatMap {
      LooseObject.content($0)
    }
  }

  private func asked(_ ids: [String]) throws(GitAbsence) -> [[UInt8]] {
    guard !ids.isEmpty else { return [] }
    let input: [UInt8] = ids.flatMap { Array($0.utf8) + [10] }
    let answer = try reading(["cat-file", "--batch=%(objectsize)"], input: input)
    var rest = answer[...]
    var contents: [[UInt8]] = []
    while let end = rest.firstIndex(of: 10) {
      guard let size = Int(String(decoding: rest[..<end], as: UTF8.self)),
        rest[end...].count >= size + 2
      else { throw .failed("an object that is measured against is missing") }
      contents.append(Array(rest[(end + 1)..<(end + 1 + size)]))
      rest = rest[(end + 2 + size)...]
    }
    guard contents.count == ids.count else { throw .failed("git cat-file named too few objects") }
    return contents
  }

  // MARK: Comparing

  /// One of the two sides of a comparison.
  package enum Side: CaseIterable {
    case before, after

    var name: Path { self == .before ? "a" : "b" }
  }

  /// Lays a copy of a file ready to be compared with the one of the same name on the other side.
  package func lay(
    _ bytes: [UInt8], on side: Side, as name: Path, isExecutable: Bool
  ) throws(GitAbsence) {
    let folder = try workplace().place / side.name
    do throws(SystemError) {
      if try files.identity(folder) == nil { try files.makePrivateDirectory(folder) }
      try files.rewrite(bytes, at: folder / name, mode: isExecutable ? 0o700 : 0o600)
    } catch {
      throw .call(error)
    }
    made.withLock { _ = $0?.laid[side, default: []].insert(name) }
  }

  /// The patch from one side to the other, every file as text, without context; a rename is one change. Both sides count
  /// as empty afterwards.
  package func comparison() throws(GitAbsence) -> [UInt8] {
    let workplace = try workplace()
    defer { made.withLock { $0?.laid = [:] } }
    do throws(SystemError) {
      for side in Side.allCases {
        let folder = workplace.place / side.name
        if try files.identity(folder) == nil { try files.makePrivateDirectory(folder) }
        // Files of an earlier comparison are left to be written over, which is cheaper than making new ones.
        for (name, _) in try files.list(folder)
        where workplace.laid[side]?.contains(name) != true {
          try files.remove(folder / name)
        }
      }
    } catch {
      throw .call(error)
    }
    let finished = try workplace.writing.start([
      "diff", "--no-index", "--patch", "--text", "--unified=0", "--inter-hunk-context=0",
      "--full-index", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv",
      "--src-prefix=", "--dst-prefix=", "--", Side.before.name.string, Side.after.name.string,
    ])
    guard finished.status == .exited(0) || finished.status == .exited(1),
      finished.errors.isEmpty, !finished.truncated
    else { throw .failed(Git.Run.words(of: finished, "diff")) }
    return finished.output
  }

  /// The values of attributes of some paths, as the `.gitattributes` files among the entries say, and a further file
  /// that any of them outranks.
  package func attributes(
    _ names: [String], of paths: [Path], in entries: TreeEntries, below further: Path? = nil
  ) throws(GitAbsence) -> [Path: [String: String]] {
    let rules = entries.filter { $0.key.name == ".gitattributes" && $0.value.kind != .checkout }
    let further = further.flatMap { isAbsent($0) ? nil : $0 }
    guard !paths.isEmpty, !rules.isEmpty || further != nil else { return [:] }
    try fill(rules)
    var arguments = ["check-attr", "--cached", "-z", "--stdin"] + names
    if let further {
      arguments = ["-c", "core.attributesFile=" + further.string] + arguments
    }
    let input: [UInt8] = paths.flatMap { $0.bytes + [0] }
    let answer = try reading(arguments, input: input)
    var found: [Path: [String: String]] = [:]
    let words = answer.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    guard words.count == 3 * paths.count * names.count else {
      throw .failed("git check-attr gave \(words.count / 3) answers")
    }
    for start in stride(from: 0, to: words.count, by: 3) {
      let value = String(decoding: words[start + 2], as: UTF8.self)
      if value == "unspecified" { continue }
      let name = String(decoding: words[start + 1], as: UTF8.self)
      found[Path(bytes: Array(words[start])), default: [:]][name] = value
    }
    return found
  }

  /// Whether nothing stands at a path, as far as it may be looked at.
  private func isAbsent(_ path: Path) -> Bool {
    do throws(SystemError) {
      return try files.identity(path) == nil
    } catch {
      return false
    }
  }

  // MARK: The checkout

  /// The commit at the head of the checkout; `nil` before the first. Git is asked where it is not simply written down.
  package func head() throws(GitAbsence) -> String? {
    if let id = try? directory.writtenHead(files) { return id }
    let answer = try checkout.answer(
      ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], orNothingFor: 1)
    return answer.split(separator: 10).first.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether one commit is among those that another was made from.
  package func descends(_ commit: String, from earlier: String) throws(GitAbsence) -> Bool {
    let answer = try checkout.answer(
      ["rev-list", "--max-count=1", earlier, "--not", commit], orNothingFor: 1)
    return answer.isEmpty
  }

  /// How many commits lead to one and not to an earlier one; all of them where there is no earlier one.
  package func count(of commit: String, since earlier: String?) throws(GitAbsence) -> Int {
    let answer = try checkout.answer(
      ["rev-list", "--count", commit] + (earlier.map { ["--not", $0] } ?? []), orNothingFor: 1)
    let line = String(decoding: answer.prefix { $0 != 10 }, as: UTF8.self)
    guard let count = Int(line) else { throw .failed("git rev-list counted no commits: " + line) }
    return count
  }

  /// What the index of the checkout holds, its flags left out of account. Git is asked where its form is an uncommon one.
  package func staged() throws(GitAbsence) -> TreeEntries {
    do throws(SystemError) {
      if let entries = try IndexContent(of: directory, files)?.entries { return entries }
    } catch {
      throw .call(error)
    }
    let answer = try checkout(["ls-files", "--stage", "-z", "--full-name"])
    var entries: TreeEntries = [:]
    for line in answer.split(separator: 0) {
      guard let tab = line.firstIndex(of: 9) else { throw .failed("git ls-files named no path") }
      let words = line[..<tab].split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 3, let kind = TreeEntry.Kind(mode: words[0]) else {
        throw .failed("git ls-files said something new: \(String(decoding: line, as: UTF8.self))")
      }
      entries[Path(bytes: Array(line[(tab + 1)...]))] = TreeEntry(kind, words[1])
    }
    return entries
  }

  // MARK: Writing

  /// The ids of files by exactly their bytes, and then those of some texts, in the order asked; `nil` for a file that
  /// cannot be read. What is kept can be compared and read later.
  package func ids(
    of paths: [Path], _ texts: [[UInt8]] = [], keeping: Bool
  ) throws(GitAbsence) -> [String?] {
    guard !texts.isEmpty else { return try ids(ofFiles: paths, keeping: keeping) }
    if paths.isEmpty, texts.count == 1 { return [try id(of: texts[0], keeping: keeping)] }
    let folder = try workplace().place / "texts"
    defer { try? files.removeTree(folder) }
    do throws(SystemError) {
      try files.makePrivateDirectory(folder)
      for (number, text) in texts.enumerated() {
        try files.create(text, at: folder / Path("\(number)"))
      }
    } catch {
      throw .call(error)
    }
    return try ids(
      ofFiles: paths + texts.indices.map { folder / Path("\($0)") }, keeping: keeping)
  }

  private func id(of text: [UInt8], keeping: Bool) throws(GitAbsence) -> String {
    let arguments = ["hash-object", "--no-filters"] + Self.keeping(keeping) + ["--stdin"]
    let answer = try writing(arguments, input: text)
    return String(decoding: answer.split(separator: 10).first ?? [], as: UTF8.self)
  }

  private static func keeping(_ keeps: Bool) -> [String] { keeps ? ["-w"] : [] }

  private func ids(ofFiles paths: [Path], keeping: Bool) throws(GitAbsence) -> [String?] {
    guard !paths.isEmpty else { return [] }
    let arguments = ["hash-object", "--no-filters"] + Self.keeping(keeping) + ["--stdin-paths"]
    do throws(GitAbsence) {
      let input: [UInt8] = paths.flatMap { Git.quoted($0) + [10] }
      let ids = try writing(arguments, input: input).split(separator: 10)
      guard ids.count == paths.count else {
        throw .failed("git hash-object named \(ids.count) of \(paths.count) files")
      }
      return ids.map { String(decoding: $0, as: UTF8.self) }
    } catch {
      guard case .failed = error else { throw error }
      if paths.count == 1 { return [nil] }
      // One that cannot be read ends the whole start; it is found by halving.
      let half = paths.count / 2
      return try ids(ofFiles: Array(paths[..<half]), keeping: keeping)
        + ids(ofFiles: Array(paths[half...]), keeping: keeping)
    }
  }

  /// Keeps some bytes, and answers their id.
  package func keep(_ bytes: [UInt8]) throws(GitAbsence) -> String {
    try id(of: bytes, keeping: true)
  }

  /// Keeps a tree that holds these entries, and answers its id.
  package func keep(_ entries: TreeEntries) throws(GitAbsence) -> String {
    try fill(entries)
    let answer = try writing(["write-tree", "--missing-ok"])
    return String(decoding: answer.split(separator: 10).first ?? [], as: UTF8.self)
  }

  private func fill(_ entries: TreeEntries) throws(GitAbsence) {
    let bytes = try IndexFile.bytes(entries, idSize: idSize)
    let place = try workplace().place / "index"
    do throws(SystemError) {
      try files.rewrite(bytes, at: place, mode: 0o600)
    } catch {
      throw .call(error)
    }
  }
}
