import Backlog
import JSONText
import Machine

/// The tree that a claim is measured from, and the one that stands in the checkout now, by the same rules.
struct MeasuredTree {
  let repository: MeasuringRepository
  /// What it is measured from.
  let claimed: ClaimedTree
  let leftOut: LeftOut
  /// What stood there when the item was claimed.
  let base: TreeEntries
  /// What stands there now, each file by exactly its bytes.
  private(set) var present: TreeEntries = [:]
  /// What the walk saw of each file and link.
  let found: [Path: FileIdentity]
  /// What is not part of `present`, or not all that could be said of it.
  private(set) var unmeasured: [(path: Path, why: Text)]
  private let files: Files
  private let memory: ObjectMemory
  private let contents: PresentContents

  /// Looks at a checkout: the claim's own unless another is named. `close` must follow. What the claim was made from is
  /// read unless it is known already.
  init(
    _ record: ClaimRecord, _ project: Project, _ context: Context, at checkout: Path?,
    logs: [LogRecord] = [], known: ClaimedTree? = nil
  ) throws(Refusal) {
    guard let place = checkout ?? record.checkout,
      let baseline = record.root["git"]?["baseline"].flatMap({ Baseline($0) })
    else {
      let why = record.root["git"]?["absent"]?.text ?? "its receipt names no tree"
      throw Refusal(
        .gitAbsent, "claim " + Text("\(record.claim.number)") + " cannot be measured: " + why,
        hint: "Release the item, put the project under git, and claim the item again.")
    }
    let own = try OwnLogs(since: record, besides: logs, project, context)
    files = context.machine.files
    memory = context.objects
    do throws(GitAbsence) {
      repository = try MeasuringRepository(project, context, at: place)
    } catch {
      throw Self.refusal(error)
    }
    contents = PresentContents(repository, context)
    do throws(GitAbsence) {
      let top = repository.top
      let leftOut = LeftOut(project, top: top, logs: own.below(top, project))
      let claimed: ClaimedTree
      if let known {
        claimed = known
      } else {
        claimed = try ClaimedTree(record, baseline, repository, context.objects)
      }
      self.claimed = claimed
      self.leftOut = leftOut
      base = claimed.entries.filter { !leftOut.holds($0.key) }
      let walk = PresentFiles(
        repository.top, base: base, rules: claimed.rules, files: files, leavingOut: leftOut.holds)
      if let fault = walk.fault { throw GitAbsence.call(fault) }
      found = walk.found
      unmeasured = walk.unmeasured
      try takeFiles(proving: known == nil ? claimed.texts : [])
      try take(walk, record, context.machine.git)
    } catch {
      repository.close()
      throw Self.refusal(error)
    }
  }

  func close() { repository.close() }

  /// Keeps what is to be compared, by what it holds at this moment.
  mutating func keep(_ paths: [Path]) throws(GitAbsence) {
    let chosen = paths.filter { present[$0]?.isFile == true }
    let links = readLinks(paths.filter { present[$0]?.kind == .link })
    let ids = try contents.ids(
      of: chosen.map { repository.top / $0 }, links.map(\.text), storing: true)
    for (path, id) in zip(chosen + links.map(\.path), ids) { take(path, id) }
  }

  private mutating func take(_ path: Path, _ id: String?) {
    guard let id, let identity = found[path] else {
      present[path] = nil
      unmeasured.append((path, "it cannot be read"))
      return
    }
    if identity.kind == .link {
      present[path] = TreeEntry(.link, id)
      return
    }
    var kind: TreeEntry.Kind = identity.mode & 0o111 == 0 ? .file : .executable
    if !claimed.baseline.settings.heedsMode {
      kind = base[path].flatMap { $0.isFile ? $0.kind : nil } ?? .file
    }
    present[path] = TreeEntry(kind, id)
  }

  /// Files, the texts of links, and what the rules were read from, all in one start at most.
  private mutating func takeFiles(proving sources: [IgnoreRules.Source]) throws(GitAbsence) {
    let paths = found.filter { $0.value.kind == .file }.map(\.key)
    let links = readLinks(found.filter { $0.value.kind == .link }.map(\.key))
    let ids = try contents.ids(
      of: paths.map { repository.top / $0 }, links.map(\.text), settling: sources)
    for (path, id) in zip(paths + links.map(\.path), ids) { take(path, id) }
    for source in sources { memory.note(source.bytes, as: source.id) }
  }

  private mutating func readLinks(_ paths: [Path]) -> [(path: Path, text: [UInt8])] {
    var links: [(path: Path, text: [UInt8])] = []
    for path in paths {
      if let text = try? files.linkText(repository.top / path) {
        links.append((path, text))
      } else {
        present[path] = nil
        unmeasured.append((path, "the link cannot be read"))
      }
    }
    return links
  }

  /// Submodules, and repositories that have appeared where no file of theirs can be seen.
  private mutating func take(
    _ walk: PresentFiles, _ record: ClaimRecord, _ git: Git
  ) throws(GitAbsence) {
    for path in walk.checkouts {
      let place = repository.top / path
      guard let nested = try git.nested(at: place) else {
        // A submodule that was never fetched is an empty directory.
        present[path] = base[path]
        if (try? files.list(place).isEmpty) != true {
          unmeasured.append(
            (path, "the submodule is not checked out, and its directory is not empty"))
        }
        continue
      }
      present[path] = nested.commit.map { TreeEntry(.checkout, $0) }
      if nested.isChanged {
        unmeasured.append((path, "the submodule holds changes that no commit of it has"))
      }
    }
    let known = Set(record.changed.map(\.path.text))
    for path in walk.repositories where !known.contains(path.text) {
      unmeasured.append((path / ".git", "a repository of its own has appeared there"))
    }
  }

  /// Why nothing can be measured, as a refusal.
  static func refusal(_ absence: GitAbsence) -> Refusal {
    if case .call(let error) = absence {
      return Refusal(
        .inputOutput, "the work cannot be measured: " + error.words,
        hint: "Try again once that is mended.")
    }
    return Refusal(
      .gitAbsent, "the work cannot be measured: " + absence.words,
      hint: "The work is measured by git, in the checkout in which the item was claimed.")
  }
}

extension ClaimRecord {
  /// The last commit when the item was claimed; nil before the first.
  var commit: String? { root["git"]?["commit"]?.text?.string }

  /// What was changed already, with what the index held of it.
  var changed: [(path: Path, staged: String?)] {
    (root["git"]?["changed"]?.elements ?? []).compactMap { node in
      node["path"]?.text.map { (Path($0), node["staged"]?.text?.string) }
    }
  }
}
