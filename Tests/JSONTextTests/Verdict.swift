import JSONText

/// What the three ways of reading say about some bytes; they have to agree.
struct Verdict: Equatable {
  /// The error of each way; nil where it accepts.
  var document: JSONError?
  var survey: JSONError?
  var validation: JSONError?

  /// Reads the bytes in all three ways.
  init(_ bytes: [UInt8]) {
    let bytes = Bytes(bytes)
    let requests = [
      Survey.Request(array: "items", columns: ["id", "status"]),
      Survey.Request(array: "history", columns: ["id"]),
    ]
    document = error { () throws(JSONError) in _ = try Document(bytes) }
    survey = error { () throws(JSONError) in _ = try Survey(bytes, requests) }
    validation = error { () throws(JSONError) in try validate(bytes) }
  }

  /// Whether all three say exactly the same.
  var isUnanimous: Bool { document == survey && survey == validation }

  /// Whether the bytes are accepted.
  var isAccepted: Bool { document == nil }
}

/// The error that a reading ends with.
func error(_ body: () throws(JSONError) -> Void) -> JSONError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

/// The error of reading a text.
func error(of text: String) -> JSONError? {
  Verdict(Array(text.utf8)).document
}

/// The document of a text that is valid.
func document(_ text: String) throws -> Document {
  try Document(Bytes(Array(text.utf8)))
}

/// Bytes as a string, for messages.
func string(_ bytes: [UInt8]) -> String {
  String(decoding: bytes, as: UTF8.self)
}
