package import JSONText
import Machine
package import Rules
import Evidence

/// What changed in a checkout since a commit, as rules judge it.
package struct WorkingChanges: Sendable {
  /// The changed files, their paths relative to the root of the project.
  package private(set) var changes: [Change] = []
  /// Lines added plus lines deleted, those of binary files left out.
  package private(set) var lineCount = 0
  /// Changed files that the index tells git to look away from.
  package private(set) var hidden: [Text] = []

  /// Asks git, which runs nothing that the checkout configures.
  ///
  /// Conductor's own records are left out, since conductor writes them, and so is the backlog where nobody else has
  /// changed it; what agents leave in conductor's folder `work` counts.
  package init(
    _ project: Project, _ context: Context, base: Text?, staged: Bool
  ) throws(Refusal) {
    let difference = try Self.difference(project, context, base, staged)
    let root = project.workplace(context.machine)
    let below = root.relative(to: difference.top) ?? "."
    let patch: Patch
    do {
      patch = try Patch(difference.patch)
    } catch {
      throw Refusal(
        .internalFault,
        "line " + Text("\(error.line)") + " of git's answer cannot be read: " + error.text)
    }
    lineCount = patch.lineCount
    for change in patch.changes {
      var change = change
      change.path = TreeComparison.seen(Path(change.path), from: below)
      change.from = change.from.map { TreeComparison.seen(Path($0), from: below) }
      change.isTracked = true
      let lines = change.isBinary ? 0 : change.added.count + change.removed.count
      var isOwn = Self.isOwnRecord(change, project)
      if change.path == project.configuration.backlog.text, change.kind == .modify {
        isOwn = try Self.isOwnWrite(project, context, since: difference.base, staged: staged)
      }
      add(change, lines: lines, isOwn: isOwn)
    }
    for path in difference.untracked {
      var change = try Self.new(
        path, at: difference.top, shown: TreeComparison.seen(path, from: below), context)
      change.isTracked = false
      let lines = change.isBinary ? 0 : change.added.count
      lineCount += lines
      add(change, lines: lines, isOwn: Self.isOwnRecord(change, project))
    }
    hidden = difference.hidden.map { TreeComparison.seen($0, from: below) }
      .filter { !Self.isOwnRecord(Change(.modify, $0), project) }
  }

  /// Takes a change in, or leaves it out together with its lines.
  private mutating func add(_ change: Change, lines: Int, isOwn: Bool) {
    if isOwn {
      lineCount -= lines
    } else {
      changes.append(change)
    }
  }

  private static func isOwnRecord(_ change: Change, _ project: Project) -> Bool {
    ([change.path] + [change.from].compactMap { $0 }).allSatisfy { text in
      let path = Path(text)
      return path.relative(to: project.configuration.receipts) != nil
        && path.relative(to: project.work) == nil
    }
  }

  /// Whether every change of the backlog since a commit is conductor's own, as its receipts tell.
  private static func isOwnWrite(
    _ project: Project, _ context: Context, since base: String, staged: Bool
  ) throws(Refusal) -> Bool {
    let path = project.configuration.backlog
    do {
      let git = context.machine.git
      let before = try git.content(of: path, in: base, at: project.checkout)
      let after =
        staged
        ? try git.content(of: path, in: "", at: project.checkout)
        : try context.machine.files.read(project.checkout / path, limit: Project.sizeLimit)
      return try ReceiptShelf(project, context)
        .recordsWrites(
          of: "backlog", from: SHA256.hash(before), to: SHA256.hash(after))
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      // What cannot be told is nobody's own.
      return false
    }
  }

  private static func difference(
    _ project: Project, _ context: Context, _ base: Text?, _ staged: Bool
  ) throws(Refusal) -> GitDifference {
    do {
      return try context.machine.git.difference(
        at: project.checkout, from: base?.string, staged: staged)
    } catch let unknown as Git.UnknownCommit {
      switch unknown {
      case .named(let name):
        throw Refusal(
          .usage, "there is no commit " + Text(name) + " in this checkout",
          hint: "\"git log\" shows the commits there are.")
      }
    } catch let absence as GitAbsence {
      throw Refusal(
        .gitAbsent, "what changed cannot be told: " + absence.words,
        hint: "Changes are measured by git, in a checkout that it knows.")
    } catch let error as SystemError {
      throw Refusal(error, relativeTo: project.root)
    } catch {
      throw Refusal(.internalFault, "an error of an unknown kind while git was asked")
    }
  }

  /// A file that git does not know yet, as if it had been added whole.
  private static func new(
    _ path: Path, at top: Path, shown: Text, _ context: Context
  ) throws(Refusal) -> Change {
    let files = context.machine.files
    let place = top / path
    if path.bytes.last == UInt8(ascii: "/") {
      return Change(.submodule, Path(shown).normalized.text)
    }
    do {
      guard let identity = try files.identity(place, followLinks: false) else {
        return Change(.add, shown)
      }
      switch identity.kind {
      case .link:
        return Change(.add, shown, added: [Text(bytes: try files.linkText(place))])
      case .file:
        let added = Patch.lines(of: try files.read(place, limit: Project.smallSizeLimit))
        return Change(.add, shown, added: added, isBinary: Patch.looksBinary(added))
      case .directory, .other: return Change(.add, shown)
      }
    } catch {
      throw Refusal(
        .inputOutput, "a new file cannot be judged: " + error.words,
        hint: "Remove the file, let git ignore it, or make it readable.")
    }
  }
}
