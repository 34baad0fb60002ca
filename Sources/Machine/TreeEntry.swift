/// What a tree of git holds at a path.
package struct TreeEntry: Hashable, Sendable {
  /// What is kept there.
  package enum Kind: String, Sendable {
    case file = "100644"
    case executable = "100755"
    case link = "120000"
    /// A commit of another repository.
    case checkout = "160000"

    /// Old repositories hold files of other modes, which git takes for one of these.
    init?(mode: String) {
      if let kind = Kind(rawValue: mode) {
        self = kind
      } else if mode.hasPrefix("100") {
        self = mode == "100664" ? .file : .executable
      } else {
        return nil
      }
    }
  }

  package var kind: Kind
  /// The id of the content, or of the commit.
  package var id: String

  /// States what a tree holds.
  package init(_ kind: Kind, _ id: String) {
    self.kind = kind
    self.id = id
  }
}

/// The content of a tree by path below its top.
package typealias TreeEntries = [Path: TreeEntry]
