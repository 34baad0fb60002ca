package import JSONText
package import Machine

/// Whether work goes on, and how far a run may go.
package struct RunState: Equatable, Sendable {
  /// How far a run may go, once an operator has said so.
  package enum Mode: String, Sendable, CaseIterable {
    case dryRun = "DRY_RUN"
    case prOnly = "PR_ONLY"
    case selectiveAuto = "SELECTIVE_AUTO"
  }

  /// Whether the project is paused.
  package var isPaused = false
  /// The mode, or nil where none was ever set and consent alone decides.
  package var mode: Mode?
  /// Who set it last.
  package var by: Text?
  /// When.
  package var at: Timestamp?
  /// Why.
  package var reason: Text?
  /// What made the file unreadable, which counts as paused.
  package var fault: Text?

  /// The file's name in the state folder.
  package static let name: Path = "state.json"

  /// Where it lies, relative to the project's root.
  static func path(_ project: Project) -> Path {
    project.configuration.receipts / ".state" / name
  }

  /// What holds without a file: active, and no mode.
  package init() {}

  /// Reads a run state; one that cannot be read is paused, because somebody meant to say something.
  package init(_ bytes: Bytes) {
    guard let root = try? Document(bytes).root, root.kind == .object,
      let status = root["status"]?.text, status == "ACTIVE" || status == "PAUSED"
    else {
      isPaused = true
      fault = "it does not say whether work is ACTIVE or PAUSED"
      return
    }
    isPaused = status == "PAUSED"
    if let value = root["mode"], !value.isNull {
      guard let mode = value.text.flatMap({ Mode(rawValue: $0.string) }) else {
        isPaused = true
        fault = "its mode is none that conductor knows"
        return
      }
      self.mode = mode
    }
    by = root["by"]?.text
    at = root["at"]?.text.flatMap { Timestamp($0) }
    reason = root["reason"]?.text
  }

  /// The file's bytes.
  package var bytes: [UInt8] {
    let json: JSON = [
      "status": isPaused ? "PAUSED" : "ACTIVE",
      "mode": mode.map { .text($0.rawValue) } ?? .null,
      "by": by.map { .string($0) } ?? .null, "at": at.map { .string($0.text) } ?? .null,
      "reason": reason.map { .string($0) } ?? .null,
    ]
    return json.written(indent: 2) + [0x0A]
  }
}
