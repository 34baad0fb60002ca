/// The settings of a checkout that bear on what its files mean to git, read without running anything.
package struct GitSettings: Equatable, Sendable {
  /// Whether line endings are converted: `false`, `true` or `input`.
  package var autocrlf = "false"
  /// Whether the permission to run counts.
  package var heedsMode = true
  /// Files of the user's own that say what is ignored, and which attributes paths have.
  package var excludesFile: Path?
  package var attributesFile: Path?

  /// What holds where nothing is configured.
  package init() {}

  /// Reads the settings of a checkout and of its user; git is asked only where a file may hold one of them.
  init(_ run: Git.Run, _ git: Git) throws(GitAbsence) {
    let home = git.environment.path("HOME")
    let folder = git.environment.path("XDG_CONFIG_HOME") ?? home.map { $0 / ".config" }
    excludesFile = folder.map { $0 / "git/ignore" }
    attributesFile = folder.map { $0 / "git/attributes" }
    let places =
      [run.directory.common / "config", run.directory.own / "config.worktree", "/etc/gitconfig"]
      + [folder.map { $0 / "git/config" }, home.map { $0 / ".gitconfig" }].compactMap { $0 }
    guard places.contains(where: { Self.mayHold($0, git.files) }) else { return }
    var asking = run
    asking.user = [("HOME", home), ("XDG_CONFIG_HOME", folder)].compactMap { name, path in
      path.map { Array("\(name)=".utf8) + $0.bytes }
    }
    let keys = "^core\\.(autocrlf|filemode|excludesfile|attributesfile)$"
    let answer = try asking.answer(
      ["config", "--null", "--includes", "--get-regexp", keys], orNothingFor: 1)
    for entry in answer.split(separator: 0) { take(entry, home: home) }
  }

  private mutating func take(_ entry: ArraySlice<UInt8>, home: Path?) {
    let parts = entry.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
    // A key without a value is true.
    let value = parts.count > 1 ? Array(parts[1]) : Array("true".utf8)
    let word = String(decoding: value, as: UTF8.self).lowercased()
    let isFalse = ["false", "no", "off", "0", ""].contains(word)
    switch String(decoding: parts.first ?? [], as: UTF8.self).lowercased() {
    case "core.autocrlf": autocrlf = word == "input" ? word : isFalse ? "false" : "true"
    case "core.filemode": heedsMode = !isFalse
    case "core.excludesfile": excludesFile = Self.place(value, home: home)
    case "core.attributesfile": attributesFile = Self.place(value, home: home)
    default: break
    }
  }

  private static func place(_ value: [UInt8], home: Path?) -> Path? {
    guard value.starts(with: "~/".utf8) else {
      return value.first == UInt8(ascii: "/") ? Path(bytes: value) : nil
    }
    return home.map { $0 / Path(bytes: Array(value.dropFirst(2))) }
  }

  /// Whether a file may hold one of the settings, or include another that may; git writes `filemode = true` into each.
  private static func mayHold(_ path: Path, _ files: Files) -> Bool {
    guard (try? files.identity(path))?.kind == .file else { return false }
    guard let bytes = try? files.read(path, limit: 1 << 20) else { return true }
    let names: [StaticString] = [
      "autocrlf", "filemode", "excludesfile", "attributesfile", "include",
    ]
    return bytes.split(separator: 10).contains { line in
      guard names.contains(where: { GitDirectory.mentions(line, $0) }) else { return false }
      let text = String(decoding: line, as: UTF8.self).lowercased()
      return text.split { " \t\r=".contains($0) } != ["filemode", "true"]
    }
  }

  /// How the repository makes ids: `sha1` unless its configuration names another way.
  static func objectFormat(_ directory: GitDirectory, _ files: Files) throws(SystemError) -> String
  {
    guard try files.identity(directory.common / "config")?.kind == .file else { return "sha1" }
    let bytes = try files.read(directory.common / "config", limit: 16 << 20)
    let isOther = bytes.split(separator: 10).contains { line in
      guard GitDirectory.mentions(line, "objectformat") else { return false }
      let text = String(decoding: line, as: UTF8.self).lowercased()
      return text.split { " \t\r=\"".contains($0) } == ["objectformat", "sha256"]
    }
    return isOther ? "sha256" : "sha1"
  }
}
