package import Evidence
package import JSONText
package import Machine

/// An operator's word that a plugin may be run, as it was declared at that moment.
package struct TrustRecord: Equatable, Sendable {
  /// The format's name and version.
  package static let format: Text = "conductor/trust/1"

  /// The project for which it was given; the same plugin elsewhere is another one.
  package var root: Path
  package var plugin: Text
  /// The digest of the whole declaration.
  package var fingerprint: Digest
  /// The declaration as it was shown, for people who read the record.
  package var declaration: JSON
  package var at: Timestamp
  package var by: Text
  /// Whether it was given under a clock that stood still, which counts for nothing on the real one.
  package var isRehearsed: Bool

  var bytes: [UInt8] {
    let json: JSON = [
      "format": .string(Self.format), "root": .string(root.text), "plugin": .string(plugin),
      "digest": .string(fingerprint.hex), "declaration": declaration, "at": .string(at.text),
      "by": .string(by), "rehearsed": .bool(isRehearsed),
    ]
    return json.written(indent: 2) + [0x0A]
  }

  /// Reads a record; nil for anything that does not say all that it must.
  init?(_ bytes: [UInt8]) {
    guard let node = try? Document(Bytes(bytes)).root, node["format"]?.text == Self.format,
      let root = node["root"]?.text, let plugin = node["plugin"]?.text,
      let digest = node["digest"]?.text.flatMap({ Digest(hex: $0.bytes) }),
      let at = node["at"]?.text.flatMap({ Timestamp($0) }), let by = node["by"]?.text,
      let isRehearsed = node["rehearsed"]?.bool
    else { return nil }
    self.root = Path(root)
    self.plugin = plugin
    fingerprint = digest
    declaration = node["declaration"]?.json ?? .null
    self.at = at
    self.by = by
    self.isRehearsed = isRehearsed
  }

  init(
    root: Path, _ plugin: PluginDeclaration, at: Timestamp, by: Text, isRehearsed: Bool
  ) throws(Refusal) {
    self.root = root
    self.plugin = plugin.name
    fingerprint = try plugin.fingerprint()
    declaration = plugin.json
    self.at = at
    self.by = by
    self.isRehearsed = isRehearsed
  }
}

/// Where operators' trust in plugins is kept: outside of every repository, so that no checkout brings it along.
package struct TrustStore: Sendable {
  /// The folder, absolute; nil where the environment names neither a place for state nor a home.
  package let folder: Path?
  private let root: Path
  private let context: Context

  /// The trust that was given in a project.
  package init(_ project: Project, _ context: Context) {
    folder = Self.folder(context.machine.environment)
    root = project.root
    self.context = context
  }

  /// A relative XDG_STATE_HOME means nothing, as its specification says.
  package static func folder(_ environment: Environment) -> Path? {
    let named = environment.path("XDG_STATE_HOME").flatMap { $0.isAbsolute ? $0 : nil }
    let home = environment.path("HOME").flatMap { $0.isAbsolute ? $0 : nil }
    return (named ?? home.map { $0 / ".local/state" }).map { $0 / "conductor/trust" }
  }

  /// The file that holds the trust in a plugin; its name says nothing, so that any root and name will do.
  package func place(of plugin: Text) -> Path? {
    let name = SHA256.hash(Text(bytes: root.bytes + [0] + plugin.bytes)).hex
    return folder.map { $0 / Path(name + ".json") }
  }

  /// What is recorded of a plugin, whether it still holds or not; a file that says something else counts for nothing.
  package func record(of plugin: Text) throws(Refusal) -> TrustRecord? {
    guard let place = place(of: plugin) else { return nil }
    let bytes: [UInt8]?
    do {
      bytes = try context.machine.files.readIfPresent(place, limit: Project.smallSizeLimit)
    } catch {
      throw Refusal(.pluginUntrusted, "the trust in " + plugin + " cannot be read: " + error.words)
    }
    guard let bytes else { return nil }
    guard let record = TrustRecord(bytes), record.plugin == plugin, record.root == root else {
      throw Refusal(
        .pluginUntrusted, place.text + " does not say whom to trust, and counts for nothing",
        hint: "\"conductor plugin trust " + plugin + "\" records it anew.")
    }
    return record
  }

  /// Refuses a plugin that nobody trusts as it is declared now.
  func check(_ plugin: PluginDeclaration) throws(Refusal) {
    let hint: Text =
      "Look at what it runs, and then: conductor plugin trust " + plugin.name + " --by ACTOR"
    guard let record = try record(of: plugin.name) else {
      throw Refusal(
        .pluginUntrusted, "nobody has said that the plugin " + plugin.name + " may be run",
        hint: hint)
    }
    guard record.fingerprint == (try plugin.fingerprint()) else {
      throw Refusal(
        .pluginUntrusted,
        "the plugin " + plugin.name + " is declared differently than when " + record.by
          + " trusted it at " + record.at.text, hint: hint)
    }
    guard !record.isRehearsed || context.isRehearsing else {
      throw Refusal(
        .pluginUntrusted,
        "the trust in the plugin " + plugin.name
          + " was given under CONDUCTOR_NOW and counts for tests only", hint: hint)
    }
  }

  /// Prepares a record beside its place; the caller puts it there when the step is on the record.
  func stage(_ record: TrustRecord) throws(Refusal) -> StagedFile {
    guard let folder, let place = place(of: record.plugin) else {
      throw Refusal(
        .usage, "trust is recorded below XDG_STATE_HOME or HOME, and neither is set",
        hint: "Set HOME to your home directory.")
    }
    let files = context.machine.files
    do {
      try files.makeDirectory(folder.parent)
      if try files.identity(folder) == nil { try files.makePrivateDirectory(folder) }
      return try files.stage([Bytes(record.bytes)], for: place)
    } catch {
      throw Refusal(error)
    }
  }

  /// Forgets what is recorded of a plugin; false where nothing was.
  func forget(_ plugin: Text) throws(Refusal) -> Bool {
    guard let place = place(of: plugin) else { return false }
    let files = context.machine.files
    do {
      guard try files.identity(place, followLinks: false) != nil else { return false }
      try files.remove(place)
      try files.syncDirectory(place.parent)
      return true
    } catch {
      throw Refusal(error)
    }
  }
}
