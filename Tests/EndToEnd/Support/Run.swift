import JSONText
import Machine

/// What one run of the program left on its streams, and how it ended.
struct Run: CustomStringConvertible, Sendable {
  let output: [UInt8]
  let errors: [UInt8]
  let status: Finished.Status

  init(_ finished: Finished) {
    output = finished.output
    errors = finished.errors
    status = finished.status
  }

  /// Standard output as text.
  var out: String { String(decoding: output, as: UTF8.self) }

  /// Standard error as text.
  var err: String { String(decoding: errors, as: UTF8.self) }

  /// The exit status; nil where a signal ended the program.
  var exit: Int32? {
    if case .exited(let code) = status { return code }
    return nil
  }

  /// The one document on standard output; nil where it is not exactly one.
  var json: Node? { try? Document(Bytes(output)).root }

  /// The lines of standard output.
  var lines: [String] {
    out.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }

  /// The first line of standard error that begins so, without the beginning.
  func told(_ beginning: String) -> String? {
    err.split(separator: "\n").first { $0.hasPrefix(beginning) }
      .map { String($0.dropFirst(beginning.count)) }
  }

  /// Everything at once, so that a failed expectation shows what happened.
  var description: String { "\(status)\n--- out\n\(out)--- err\n\(err)---" }
}

extension Node {
  /// A member's text, for short expectations.
  func string(_ key: Text) -> String? { self[key]?.text?.string }

  /// The codes of a list of reasons.
  var codes: [String] { elements.compactMap { $0.string("code") } }
}
