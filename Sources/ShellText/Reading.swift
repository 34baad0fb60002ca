/// What a command line would run, and what it does not tell.
package struct Reading: Sendable {
  /// Every argument vector that could run, in the order of the text.
  package var vectors: [Vector] = []
  /// Files whose text decides what runs.
  package var scripts: [ScriptFile] = []
  /// Programs of other languages that stand in the line itself.
  package var inlineCode: [InlineCode] = []
  /// Files that redirections read or write.
  package var accesses: [PathAccess] = []
  /// Variables that the line leaves set for what comes after it, and for no program of its own.
  package var settings: [EnvironmentSetting] = []
  /// Why the line is not fully understood; empty when it is.
  package var unknowns: [Unknown] = []

  /// Every program that would run is known. Scripts and inline code must be judged besides.
  package var isUnderstood: Bool { unknowns.isEmpty }

  /// Whether a program's name stands as a word in any part that is not understood.
  package func mentions(_ word: Spelling) -> Bool {
    unknowns.contains { Mention.of(word, in: $0.raw) }
  }
}

/// A program with its arguments, and how it would be started.
package struct Vector: Hashable, Sendable {
  /// Which machine or container it would run on.
  package enum Place: Hashable, Sendable {
    case here
    case elsewhere
  }

  package var program: Argument
  package var arguments: [Argument]
  package var directory: Directory
  /// Variables that the line sets for it.
  package var environment: [EnvironmentSetting]
  package var accesses: [PathAccess]
  package var isPiped: Bool
  /// The text on its standard input, where the line tells it.
  package var input: Spelling?
  /// The programs through which it is started, outermost first: `sudo`, `env`.
  package var via: [Spelling]
  package var place: Place
  /// Files that the shell itself has read on the way to it, outermost first.
  package var origins: [Spelling] = []

  /// The name by which rules speak of it: the last component of its path.
  package var name: Spelling? { program.lastComponent }

  /// The first argument that is neither an option nor an option's value.
  ///
  /// `valued` lists the options that take the next argument, as `-c` and `--config`.
  package func subcommand(valued: Set<Spelling> = []) -> Operand {
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      let prefix = argument.knownPrefix
      if argument.isSeveral { return .unknown(argument.written) }
      guard let text = argument.text else {
        if prefix.hasPrefix("-") {
          index += 1
          continue
        }
        return .unknown(argument.written)
      }
      if text == "--" {
        guard index + 1 < arguments.count else { return .none }
        let next = arguments[index + 1]
        return next.text.map { .known($0) } ?? .unknown(next.written)
      }
      guard text.hasPrefix("-"), text.bytes.count > 1 else { return .known(text) }
      index += valued.contains(text) ? 2 : 1
    }
    return .none
  }
}

extension Vector {
  /// No program at all, where a redirection stands alone or belongs to a group.
  package init(opening access: PathAccess) {
    self.init(
      program: Argument(parts: []), arguments: [], directory: access.directory, environment: [],
      accesses: [access], isPiped: false, via: [], place: .here)
  }

  /// No program, but variables that are set for whatever comes later.
  package init(setting environment: [EnvironmentSetting]) {
    self.init(
      program: Argument(parts: []), arguments: [], directory: .start, environment: environment,
      accesses: [], isPiped: false, via: [], place: .here)
  }
}

/// An operand as far as it is known.
package enum Operand: Equatable, Sendable {
  case known(Spelling)
  case unknown(Spelling)
  case none
}

/// A variable that the line sets for a program.
package struct EnvironmentSetting: Hashable, Sendable {
  package var name: Spelling
  package var value: Argument
}

/// Where a program would run, as far as the line tells.
package struct Directory: Hashable, Sendable {
  /// Relative to the directory in which the line starts (empty: that one), absolute, or nil.
  package var path: Spelling?

  package static let start = Directory(path: "")
  package static let unknown = Directory(path: nil)

  /// The same directory seen from where another one begins; unknown where either is.
  package func placed(in start: Directory) -> Directory {
    path.map { start.entering(Argument($0)) } ?? .unknown
  }

  /// The directory that a path names from here, with `.` and `..` taken out.
  package func entering(_ other: Argument) -> Directory {
    guard let text = other.text, !other.isSeveral else { return .unknown }
    if text.isEmpty { return self }
    if text.hasPrefix("/") { return Directory(path: Self.normal(text)) }
    guard let path else { return .unknown }
    return Directory(path: Self.normal(path.isEmpty ? text : path + "/" + text))
  }

  private static func normal(_ path: Spelling) -> Spelling {
    Spelling(PathText.tidied(path.bytes, goingUp: true))
  }
}

/// Paths as text, whatever stands on the disk.
package enum PathText {
  /// A path with empty components and `.` taken out, and `..` only where that is asked for.
  package static func tidied(_ path: [UInt8], goingUp: Bool) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    let isAbsolute = path.first == slash
    var kept: [ArraySlice<UInt8>] = []
    for component in path.split(separator: slash) {
      if component.elementsEqual(".".utf8) { continue }
      if goingUp, component.elementsEqual("..".utf8) {
        if let last = kept.last, !last.elementsEqual("..".utf8) {
          kept.removeLast()
          continue
        }
        if isAbsolute { continue }
      }
      kept.append(component)
    }
    let joined = Array(kept.joined(separator: [slash]))
    return isAbsolute ? [slash] + joined : joined
  }
}

/// A file that a redirection opens.
package struct PathAccess: Hashable, Sendable {
  /// What is done to it.
  package enum Kind: Hashable, Sendable { case read, write, append, readWrite }

  package var kind: Kind
  package var path: Argument
  package var directory: Directory
}

/// A file whose text decides what runs.
package struct ScriptFile: Hashable, Sendable {
  /// Who would read it.
  package enum Kind: Hashable, Sendable {
    /// A shell reads it, as in `sh deploy.sh`.
    case shell
    /// It is started by its path and may be a script or a program.
    case program
    /// Another interpreter reads it.
    case interpreter(Spelling)
  }

  package var kind: Kind
  package var path: Argument
  package var arguments: [Argument]
  package var directory: Directory
  package var place: Vector.Place
  /// The shell reads it itself and the reading has followed it, so that nothing is left to read.
  package var isInPlace = false
}

/// A text in another language, such as the argument of `python -c`.
package struct InlineCode: Hashable, Sendable {
  package var interpreter: Spelling
  /// The text, with expansions that are unknown as they were written.
  package var text: Spelling
  package var isKnown: Bool
  /// Where the shell stands that comes by it.
  package var directory = Directory.start
  /// Files that the shell itself has read on the way to it, outermost first.
  package var origins: [Spelling] = []

  /// Whether the text names a program as a word, or as the first part of a name such as `alembic.config`.
  package func mentions(_ word: Spelling) -> Bool {
    Mention.of(word, in: text)
      || text.bytes.split { !$0.continuesName && $0 != UInt8(ascii: ".") }.contains { name in
        name.prefix { $0 != UInt8(ascii: ".") }.elementsEqual(word.bytes)
      }
  }
}

/// A part of a line that does not tell what would run.
package struct Unknown: Hashable, Sendable {
  /// Why it does not tell.
  package enum Reason: Hashable, Sendable {
    case tooLong
    case syntax(ShellSyntaxError.Reason, offset: Int)
    /// The program is a variable, a pattern or the output of a command.
    case program
    /// Text that a shell would run is unknown.
    case text
    /// An option or operand of a program that starts others is unknown.
    case wrapper
    /// The line repeats or nests more than is followed.
    case tooMuch
    /// A setting changes which programs run in a way that is not followed.
    case setting
  }

  package var reason: Reason
  package var raw: Spelling
  /// Files that the shell itself has read on the way to it, outermost first.
  package var origins: [Spelling] = []
}
