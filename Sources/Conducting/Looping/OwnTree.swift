import JSONText
import Machine

/// The files of the user's own tree at one moment, as the system tells them apart; no file is read for it.
///
/// A person may work there while an agent works in a separate checkout, and nothing tells the hand of the one from that
/// of the other. So a difference is told and stops nothing.
struct OwnTree {
  private var found: [Path: FileIdentity] = [:]
  private var rules = IgnoreRules()
  private let top: Path
  private let files: Files
  private let leftOut: LeftOut

  /// Looks at all files that git would see, by the rules of the repository for what it ignores.
  init(_ project: Project, _ context: Context) {
    top = project.checkout
    files = context.machine.files
    leftOut = LeftOut(project, top: top)
    if let rules = small(top / ".git/info/exclude") { self.rules.add(general: rules) }
    visit(".", readingRules: true)
  }

  /// Looks at the same tree as it is now, by the same rules.
  private init(again before: OwnTree) {
    (rules, top, files, leftOut) = (before.rules, before.top, before.files, before.leftOut)
    visit(".", readingRules: false)
  }

  private func small(_ path: Path) -> [UInt8]? {
    (try? files.readIfPresent(path, limit: Project.smallSizeLimit)) ?? nil
  }

  private mutating func visit(_ directory: Path, readingRules: Bool) {
    let entries = (try? files.list(top / directory)) ?? []
    // What lies in a repository of its own is not this one's.
    if directory != ".", entries.contains(where: { $0.name == ".git" }) { return }
    if readingRules, entries.contains(where: { $0.name == ".gitignore" }),
      let own = small(top / directory / ".gitignore")
    {
      rules.add(own, in: directory)
    }
    for (name, kind) in entries where name != ".git" {
      let path = directory == "." ? name : directory / name
      if leftOut.holds(path) || rules.ignores(path, isDirectory: kind == .directory) { continue }
      if kind == .directory {
        visit(path, readingRules: readingRules)
      } else if let identity = try? files.identity(top / path, followLinks: false) {
        found[path] = identity
      }
    }
  }

  /// The paths that are not as they were, in order.
  func changedSince() -> [Path] {
    let now = OwnTree(again: self).found
    return Set(found.keys).union(now.keys).filter { found[$0] != now[$0] }.sorted()
  }
}
