import JSONText
import ShellText

/// Programs that do nothing to the files that they are given.
enum Readers {
  /// Whether a program of this name reads its operands, runs them, or takes them as text.
  ///
  /// A switch, because a table that is made at every start costs more than all that is looked up in it.
  private static func isReader(_ name: Text) -> Bool {
    switch name.lowercase.string {
    case "cat", "tac", "head", "tail", "less", "more", "bat", "batcat", "view", "nl", "od",
      "hexdump", "strings", "rev", "fold", "fmt", "column", "cut", "paste", "tr", "wc", "cmp",
      "diff", "colordiff", "comm", "join", "zcat", "zless", "zgrep", "cksum", "sum", "md5sum",
      "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "b2sum", "shasum":
      true
    case "grep", "egrep", "fgrep", "rg", "ag", "ack", "jq", "ls", "dir", "tree", "stat", "file",
      "du", "df", "readlink", "realpath", "basename", "dirname", "find", "fd", "fdfind", "locate",
      "which", "whereis", "shellcheck", "jsonlint", "yamllint", "conductor":
      true
    case "echo", "printf", "test", "[", "[[", "cd", "pushd", "popd", "source", ".", "export",
      "declare", "typeset", "local", "readonly", "set", "unset", "read", "alias", "unalias", "eval",
      "trap", "let", "true", "false", ":", "type", "hash", "command", "builtin", "exit", "return",
      "shift", "wait", "kill", "man", "help":
      true
    case "get-content", "gc", "test-path", "get-item", "gi", "get-itemproperty",
      "get-childitem", "gci", "select-string", "sls", "get-filehash", "resolve-path", "split-path",
      "join-path", "import-csv", "convertfrom-json", "write-host", "write-output", "set-location",
      "push-location", "sl", "compare-object", "format-hex", "measure-object":
      true
    default: false
    }
  }

  /// Verbs of git that change no file of the working tree, whatever paths they name.
  private static let gitVerbs: Set<Text> = [
    "log", "show", "diff", "status", "blame", "annotate", "grep", "ls-files", "ls-tree", "cat-file",
    "rev-parse", "rev-list", "check-ignore", "check-attr", "shortlog", "commit", "diff-tree",
    "diff-index", "diff-files", "hash-object", "whatchanged", "describe",
  ]

  /// Whether it is known what a command does to each path among its arguments, because it only reads them or because
  /// its writing is known.
  static func knows(_ subject: CommandSubject) -> Bool {
    let isPosix = subject.shell == .posix
    if subject.scripts.contains(where: { $0.kind == .shell }) { return true }
    switch subject.name {
    case "git":
      guard let verb = Writer.gitPaths(subject)?.verb else { return true }
      return gitVerbs.contains(verb) || Writer.git.contains(verb)
    case "sed", "gsed": return isPosix || !subject.mayHave("-i", "--in-place")
    case "perl", "ruby": return isPosix && subject.mayHave("-i")
    case "awk", "gawk", "mawk", "nawk": return !subject.mayHave("-i", "--include")
    case "yq": return !subject.mayHave("-i", "--inplace", "--in-place")
    case "tar", "bsdtar", "gtar", "unzip":
      return Archive(subject) != nil
    case "dd", "find": return true
    default:
      return isReader(subject.name) || Writer.of(subject) != nil
    }
  }
}

/// What a command takes out of an archive.
struct Archive {
  /// Where its members are put; nil where they are only shown.
  var folder: Argument?

  /// Nil where the command does something else.
  init?(_ subject: CommandSubject) {
    if subject.name == "unzip" {
      if subject.mayHave("-l", "-p", "-t", "-v", "-Z", "-z") { return }
      folder = subject.values(of: "-d").last ?? Argument(".")
      return
    }
    guard ["tar", "bsdtar", "gtar"].contains(subject.name) else { return nil }
    let bundle = subject.vector.arguments.first?.text.flatMap { $0.hasPrefix("-") ? nil : $0 }
    func isAsked(_ letter: UInt8, _ options: Text...) -> Bool {
      bundle?.contains(letter) == true || subject.mayHave(Text(bytes: [UInt8(ascii: "-"), letter]))
        || options.contains { subject.has(option: $0).degree == .yes }
    }
    if isAsked(UInt8(ascii: "x"), "--extract", "--get") {
      if isAsked(UInt8(ascii: "O"), "--to-stdout") { return }
      folder = (subject.values(of: "-C") + subject.values(of: "--directory")).last ?? Argument(".")
    } else if !isAsked(UInt8(ascii: "t"), "--list") {
      return nil
    }
  }
}
