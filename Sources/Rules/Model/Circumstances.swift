package import JSONText

/// What a file is when a rule asks about it.
package enum FileFact: Sendable {
  case absent
  case directory
  case unreadable(Text)
  case content(Bytes)
}

/// What rules may know of files; the caller reads them and records what was read.
package protocol FileFacts: Sendable {
  /// The file at a path that is absolute or relative to the project's root.
  func fact(_ path: Text) -> FileFact
  /// The same with no more of the file than tells what kind of file it is.
  func head(_ path: Text) -> FileFact
  /// When it was last changed; nil where that is not known.
  func modified(_ path: Text) -> Timestamp?
  /// The path with its links resolved as far as it exists, relative to the root if it lies below it, else absolute;
  /// nil where that cannot be told.
  func resolved(_ path: Text) -> Text?
  /// The names in a folder; nil where there is no such folder.
  func names(in folder: Text) -> [Text]?
}

extension FileFacts {
  package func head(_ path: Text) -> FileFact { fact(path) }
}

/// What is known about files where nothing may be asked: that every one of them is absent.
package struct NoFiles: FileFacts {
  package init() {}
  package func fact(_ path: Text) -> FileFact { .absent }
  package func modified(_ path: Text) -> Timestamp? { nil }
  package func resolved(_ path: Text) -> Text? { path }
  package func names(in folder: Text) -> [Text]? { nil }
}

/// A recorded decision of a person.
package struct Approval: Equatable, Sendable {
  /// A path that was accepted exactly as it was.
  package struct Accepted: Equatable, Sendable {
    package var path: Text
    /// The digest of its content, or `absent`.
    package var sha256: Text

    /// States what was accepted.
    package init(path: Text, sha256: Text) {
      self.path = path
      self.sha256 = sha256
    }
  }

  /// The id of the record.
  package var id: Text
  package var right: Text
  package var item: Text?
  package var environment: Text?
  package var actor: Text
  package var expires: Timestamp?
  package var workOrder: Text?
  package var rollback: Text?
  /// Whether a signature was found to be the actor's own; without keys in the set nobody asks.
  package var isAuthenticated: Bool
  /// What was accepted, where the decision is about files that changed.
  package var paths: [Accepted] = []

  /// States an approval.
  package init(
    id: Text, right: Text, item: Text? = nil, environment: Text? = nil, actor: Text,
    expires: Timestamp? = nil, workOrder: Text? = nil, rollback: Text? = nil,
    isAuthenticated: Bool = false
  ) {
    self.id = id
    self.right = right
    self.item = item
    self.environment = environment
    self.actor = actor
    self.expires = expires
    self.workOrder = workOrder
    self.rollback = rollback
    self.isAuthenticated = isAuthenticated
  }
}

/// Everything outside a rule set and the thing that is judged, as facts.
package struct Circumstances: Sendable {
  /// The level in force, where one was asked for or an item names one.
  package var level: Text?
  /// The environment that was named beside the command.
  package var environment: Text?
  /// The item that is worked on, where there is one.
  package var item: Node?
  /// The project's root, absolute.
  package var root: Text = "/"
  /// Where a command starts, absolute.
  package var directory: Text = "/"
  /// The user's home, absolute, where it is known.
  package var home: Text?
  package var now: Timestamp
  /// The variables of the process, each read by name.
  package var variable: @Sendable (Text) -> Text? = { _ in nil }
  package var approvals: [Approval] = []
  package var files: any FileFacts = NoFiles()
  /// Globs of the paths that nobody's agent may change, relative to the root.
  package var protected: [Text] = []
  /// Folders of which everything is protected but one thing in them, as globs of both.
  package var protectedFolders: [(everythingIn: Text, but: Text)] = []
  /// Whether what is judged is really about to start, with the variables of this process as its own.
  package var isActual = false
  /// When the item that is worked on was claimed, where it is claimed at all.
  package var claimedAt: Timestamp?
  /// What was measured of the checkout; nil where nothing was.
  package var checkout: CheckoutFacts?
  /// Levels that several of the loaded sets name, so that the name alone says nothing of any of them.
  var sharedLevels: Set<Text> = []

  /// The circumstances of a moment.
  package init(now: Timestamp) { self.now = now }
}

/// One changed file, as a diff or a tool that writes files tells it.
package struct Change: Equatable, Sendable {
  package enum Kind: Text, CaseIterable, Sendable {
    case add, modify, delete, rename, copy, mode, submodule
  }

  package var kind: Kind
  /// The path relative to the root; of a rename, the new one.
  package var path: Text
  /// Where a renamed or copied file came from.
  package var from: Text?
  package var added: [Text]
  package var removed: [Text]
  package var isBinary: Bool
  /// Whether git knows the file; nil where that was not asked.
  package var isTracked: Bool?

  /// States a change.
  package init(
    _ kind: Kind, _ path: Text, from: Text? = nil, added: [Text] = [], removed: [Text] = [],
    isBinary: Bool = false, isTracked: Bool? = nil
  ) {
    self.kind = kind
    self.path = path
    self.from = from
    self.added = added
    self.removed = removed
    self.isBinary = isBinary
    self.isTracked = isTracked
  }
}
