/// Why a text is no shell that this parser reads, and the byte where that showed.
package struct ShellSyntaxError: Error, Equatable, Sendable {
  /// What was wrong; `tooDeep` is a limit of the reader and not of the shell.
  package enum Reason: String, Sendable {
    case unexpected = "unexpected token"
    case unclosedQuote = "unclosed quote"
    case unclosedSubstitution = "unclosed substitution"
    case unclosedCommand = "unfinished command"
    case missingWord = "missing word"
    case hereDocument = "unfinished here-document"
    case zeroByte = "zero byte"
    case tooDeep = "nested too deeply"
  }

  package var reason: Reason
  package var offset: Int
}

/// Commands in the order in which a shell would reach them.
struct ShellScript {
  var chains: [Chain] = []
}

/// Pipelines joined by `&&` and `||`.
struct Chain {
  /// How a pipeline hangs on the one before it.
  enum Link { case and, or }

  var first: Pipeline
  var rest: [(link: Link, pipeline: Pipeline)] = []
  var isBackground = false
}

/// Commands joined by `|`.
struct Pipeline {
  var commands: [ShellCommand]
  var raw: ArraySlice<UInt8>
}

/// One command with the redirections that stand behind it.
struct ShellCommand {
  /// The forms of the grammar.
  indirect enum Form {
    case simple(SimpleCommand)
    case subshell(ShellScript)
    case group(ShellScript)
    case conditional([(condition: ShellScript, body: ShellScript)], otherwise: ShellScript?)
    case loop(condition: ShellScript, body: ShellScript)
    case each(variable: Spelling, words: [ShellWord]?, body: ShellScript)
    case counted(header: ShellWord, body: ShellScript)
    case cases(ShellWord, [(patterns: [ShellWord], body: ShellScript)])
    case test([ShellWord])
    case arithmetic(ShellWord)
    case function(name: Spelling, body: ShellCommand)
    case coprocess(ShellCommand)
  }

  var form: Form
  var redirections: [Redirection] = []
  var raw: ArraySlice<UInt8>

  /// One program with its arguments, and nothing around it.
  var isSimple: Bool { if case .simple = form { true } else { false } }
}

/// Assignments, words and redirections without a keyword.
struct SimpleCommand {
  var assignments: [Assignment] = []
  var words: [ShellWord] = []
  var redirections: [Redirection] = []
}

/// `name=value`, `name+=value`, `name[i]=value` or `name=(…)`.
struct Assignment {
  /// What stands to the right of the sign.
  enum Value {
    case word(ShellWord)
    case array([ShellWord])
  }

  var name: Spelling
  var index: ShellWord?
  var appends: Bool
  var value: Value
}

/// A stream led elsewhere.
struct Redirection {
  /// Where it leads.
  enum Target {
    case read(ShellWord)
    case write(ShellWord)
    case append(ShellWord)
    case readWrite(ShellWord)
    case duplicate(ShellWord)
    case hereString(ShellWord)
    case hereDocument(HereDocument)
  }

  var descriptor: Int
  var target: Target
}

/// The body of a here-document, which is read only after the line that announces it.
final class HereDocument {
  let delimiter: [UInt8]
  let isLiteral: Bool
  let stripsTabs: Bool
  var body: ShellWord

  init(delimiter: [UInt8], isLiteral: Bool, stripsTabs: Bool) {
    self.delimiter = delimiter
    self.isLiteral = isLiteral
    self.stripsTabs = stripsTabs
    body = ShellWord(parts: [], raw: [])
  }
}

/// A word before any expansion.
struct ShellWord {
  /// A stretch of a word with one manner of quoting.
  indirect enum Part {
    case plain([UInt8])
    case quoted([UInt8])
    case parameter(Parameter, quoted: Bool)
    case command(ShellScript, raw: ArraySlice<UInt8>, quoted: Bool)
    case arithmetic(ShellWord)
    case process(ShellScript, raw: ArraySlice<UInt8>)
    case array(Assignment)
  }

  var parts: [Part]
  var raw: ArraySlice<UInt8>

  /// The text when nothing in the word is quoted or expanded.
  var plain: [UInt8]? {
    if parts.count == 1, case .plain(let bytes) = parts[0] { bytes } else { nil }
  }
}

/// `$name` or `${…}`.
struct Parameter {
  var name: Spelling
  var index: ShellWord?
  var isLength = false
  var isIndirect = false
  /// The operator such as `:-`, empty when there is none.
  var operation: Spelling = ""
  var operand: ShellWord?
  var raw: ArraySlice<UInt8>
}
