package import Evidence
package import JSONText
package import Machine
import Rules

/// A declared plugin in a project, ready to be asked.
package struct Plugin: Sendable {
  package let declaration: PluginDeclaration
  let project: Project
  let context: Context

  package var name: Text { declaration.name }

  /// A file of the plugin, as it was read.
  package struct Part: Sendable {
    package var path: Path
    package var bytes: [UInt8]
    package var digest: Digest
  }

  /// Reads its files, the program first, and refuses one that is missing, changed or not trusted.
  ///
  /// What is run later is what was read here, so that nothing can come between the look and the run.
  package func verified() throws(Refusal) -> [Part] {
    let parts = try parts()
    try TrustStore(project, context).check(declaration)
    return parts
  }

  /// Reads its files and refuses one that is missing or changed, whether anybody trusts the plugin or not.
  func parts() throws(Refusal) -> [Part] {
    var parts: [Part] = []
    for pinned in declaration.pinned { parts.append(try part(pinned)) }
    return parts
  }

  private func part(_ pinned: PluginDeclaration.Pinned) throws(Refusal) -> Part {
    let place = project.place(pinned.path).normalized
    let bytes: [UInt8]
    do {
      guard let found = try context.machine.files.readIfPresent(place, limit: Project.sizeLimit)
      else {
        throw Refusal(
          .pluginMissing,
          "the plugin " + name + " is not there: " + pinned.path.text + " does not exist",
          hint: "Put the file back, or take the plugin out of " + Configuration.path.text + ".")
      }
      bytes = found
    } catch let error as SystemError {
      throw Refusal(
        .pluginMissing,
        "the plugin " + name + " cannot be read: " + Text(error.text) + ": "
          + pinned.path.text)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.internalFault, "a plugin's file failed in an unknown way")
    }
    let digest = SHA256.hash(bytes)
    guard digest == pinned.digest else {
      throw Refusal(
        .pluginChanged,
        "the plugin " + name + " is not what was declared: " + pinned.path.text
          + " has the SHA-256 " + digest.hex + ", and " + Configuration.path.text + " says "
          + pinned.digest.hex,
        hint: "Look at what changed; declare the new digest only if it is meant, and trust it anew."
      )
    }
    return Part(path: pinned.path, bytes: bytes, digest: digest)
  }

  /// Sends one request and answers the one document that came back.
  func ask(
    _ kind: Text, _ request: JSON, timeout: Double? = nil
  ) throws(Refusal) -> PluginAnswer {
    let call = PluginCall(self, kind: kind, request: request, timeout: timeout)
    return try PluginAnswer(call.run(), of: self)
  }

  /// What a plugin says of itself.
  package struct Description: Sendable {
    /// The version of its own that it names.
    package var version: Text?
    /// What it says it does.
    package var text: Text?
  }

  /// Asks what it is, and refuses one that holds itself for something else than the configuration does.
  package func describe() throws(Refusal) -> Description {
    let kind = declaration.kind.rawValue
    let answer = try ask("describe", ["kind": .string(kind), "plugin": .string(name)])
    try answer.object(keys: ["protocol", "kind", "version", "description"])
    guard answer.root["protocol"]?.integer == PluginCall.version else {
      throw answer.fault("it must say that it speaks protocol 1", answer.root)
    }
    let own = try answer.text("kind", of: answer.root)
    guard own == kind else {
      throw answer.fault(
        "it is a " + own + ", and " + Configuration.path.text + " declares a " + kind, answer.root)
    }
    return Description(
      version: try answer.optionalText("version", of: answer.root),
      text: try answer.optionalText("description", of: answer.root))
  }
}

/// All plugins of a project.
package struct PluginShelf: Sendable {
  package let plugins: [Plugin]

  /// The plugins that the configuration declares, in its order.
  package init(_ project: Project, _ context: Context) {
    plugins = project.configuration.plugins.map {
      Plugin(declaration: $0, project: project, context: context)
    }
  }

  func plugins(_ kind: PluginKind) -> [Plugin] { plugins.filter { $0.declaration.kind == kind } }

  /// The conditions that plugins add to those of the program.
  package var prerequisites: [any Prerequisite] {
    plugins(.prerequisite).map { PluginPrerequisite($0) }
  }

  /// The judges that are asked beside the rule sets.
  package var judges: [any Judge] { plugins(.judge).map { PluginJudge($0) } }

  /// The judges that are asked about a phase.
  func judges(of phase: Phase) -> [any Judge] {
    plugins(.judge).filter { $0.declaration.phases.contains(phase) }.map { PluginJudge($0) }
  }

  /// The sinks that get every event.
  package var sinks: [any Sink] { plugins(.sink).map { PluginSink($0) } }

  /// The executors that plugins are.
  package var executors: [any Executor] { plugins(.executor).map { PluginExecutor($0) } }

  /// The plugin of a name; refuses one that is not declared, with the name that was probably meant.
  package func plugin(_ name: Text) throws(Refusal) -> Plugin {
    if let plugin = plugins.first(where: { $0.name == name }) { return plugin }
    let nearest = NearestWord.find(name.string, among: plugins.map(\.name.string)).first
    throw Refusal(
      .pluginUnknown,
      Configuration.path.text + " declares no plugin " + Text(bytes: quoted(name))
        + (nearest.map { "; did you mean \"" + Text($0) + "\"?" } ?? ""),
      hint: "\"conductor plugin list\" shows the declared ones.")
  }
}
