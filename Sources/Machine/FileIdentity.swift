internal import CMachine

/// What the system says about a file at one moment: which one it is, how large, whose, and since when.
package struct FileIdentity: Equatable, Sendable {
  /// What kind of thing stands at a path.
  package enum Kind: Sendable, Equatable {
    /// The kinds that the program works with; a link is one only where it was not followed.
    case file, directory, link
    /// A pipe, a socket or a device.
    case other
  }

  /// The file system that holds it, and its number there: together they name the file itself.
  package var device: UInt64, inode: UInt64
  /// How many bytes it holds.
  package var size: Int
  /// When the content was last modified, in nanoseconds since 1970.
  package var modified: Int64
  /// When anything about it last changed, in nanoseconds since 1970.
  package var changed: Int64
  /// The permission bits with set-user, set-group and sticky, without the kind.
  package var mode: UInt32
  /// The numbers of the user and the group it belongs to.
  package var owner: UInt32, group: UInt32
  /// How many names it has.
  package var links: UInt64
  /// What it is.
  package var kind: Kind

  /// Whether both are the same file, whatever happened to it in between.
  package func isSameFile(as other: FileIdentity) -> Bool {
    device == other.device && inode == other.inode
  }

  /// The facts as the system gives them.
  init(_ facts: cm_stat) {
    device = facts.device
    inode = facts.inode
    size = Int(facts.size)
    modified = facts.modified
    changed = facts.changed
    mode = facts.mode & 0o7777
    owner = facts.owner
    group = facts.group
    links = facts.links
    switch facts.mode & 0o170000 {
    case 0o100000: kind = .file
    case 0o040000: kind = .directory
    case 0o120000: kind = .link
    default: kind = .other
    }
  }
}

extension FileIdentity.Kind {
  /// The kind that an entry of a directory states; `nil` where it states none.
  init?(entry: Int32) {
    switch entry {
    case 1: self = .file
    case 2: self = .directory
    case 3: self = .link
    case 4: self = .other
    default: return nil
    }
  }
}
