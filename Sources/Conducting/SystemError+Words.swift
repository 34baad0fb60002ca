package import JSONText
package import Machine

extension SystemError {
  /// Whether it may be otherwise the next time, so that it says nothing of what is there: what is missing, or may not be
  /// read, stays so until somebody changes it.
  var mayPass: Bool {
    ![
      Code.missing, Code.notDirectory, Code.denied, Code.notPermitted, Code.loop, Code.notAFile,
      Code.tooLarge,
    ].contains(errno)
  }

  /// The error as a sentence for people: what could not be done to what, and why.
  package var words: Text {
    let object: Text = path.map { " " + $0.text } ?? ""
    if let special = special(object) { return special }
    return "cannot " + verb + object + ": " + Text(text)
  }

  /// The cases that the system's own words would leave people to guess at.
  private func special(_ object: Text) -> Text? {
    switch (call, errno) {
    case (.getcwd, _):
      "the working directory cannot be told, since it is gone or may not be looked at; change to another"
    case (.access, Code.denied), (.access, Code.notPermitted):
      "cannot write" + object + ": it is read-only, or belongs to somebody else"
    case (.open, Code.notAFile), (.fstat, Code.notAFile):
      "cannot read" + object + ": it is a pipe or a device, not a file"
    case (_, Code.isDirectory): "cannot read" + object + ": it is a directory, not a file"
    case (_, Code.tooLarge):
      "cannot read" + object + ": it is larger than any file that is read here"
    case (_, Code.busy) where call == .read: "cannot read" + object + ": it kept changing meanwhile"
    default: nil
    }
  }

  private var verb: Text {
    switch call {
    case .write, .pwrite, .access, .writeback, .ftruncate, .futimens, .chmod, .chown: "write"
    case .fsync: "put on the disk"
    case .rename, .exchange: "replace"
    case .link: "make"
    case .mkdir: "make the directory"
    case .unlink: "remove"
    case .read, .pread, .list, .readlink: "read"
    case .open, .stat, .fstat, .realpath: "open"
    case .lock: "lock"
    default: "do \"" + Text(call.rawValue) + "\" on"
    }
  }
}

extension SystemError? {
  /// Notes an error that may pass, unless one was noted before.
  mutating func note(_ error: SystemError) {
    if self == nil, error.mayPass { self = error }
  }
}
