import JSONText
import ShellText

/// What the sources that were looked at say of the environment.
struct Hinted: Hashable {
  /// The environments that explicit sources name, with one source each.
  var named: [Text: Text] = [:]
  /// Sources that name none of the table, or whose value is not known.
  var problems: Set<Text> = []

  var isEmpty: Bool { named.isEmpty && problems.isEmpty }

  mutating func add(_ environment: Text, _ source: Text) {
    named[environment] = min(named[environment] ?? source, source)
  }

  mutating func add(_ other: Hinted) {
    for (environment, source) in other.named { add(environment, source) }
    problems.formUnion(other.problems)
  }

  /// Exactly one environment and nothing that speaks against it, or why not.
  var finding: EnvironmentFinding {
    let names = named.keys.sorted()
    if let problem = problems.min() { return .ambiguous(problem) }
    if names.count == 1 { return .resolved(names[0]) }
    if names.isEmpty { return .none }
    return .ambiguous(
      Text.joined(names.map { "\(named[$0] ?? "something") names \($0)" }, by: " and "))
  }
}

/// What the ways that lead to something say of the environment, each said once.
struct Ways: Equatable {
  let all: [Hinted]

  init(_ ways: [Hinted]) { all = ways.count > 1 ? Self.distinct(ways) : ways }

  private static func distinct(_ ways: [Hinted]) -> [Hinted] {
    var distinct = Distinct<Hinted>()
    for way in ways { distinct.insert(way) }
    return distinct.all
  }

  /// Whether both say the same, in whatever order.
  static func == (left: Ways, right: Ways) -> Bool {
    left.all.count == right.all.count && left.all.allSatisfy(right.all.contains)
  }
}

/// Finds the environments that a set's tables know behind the values that something names.
struct EnvironmentTable {
  let set: RuleSet
  let circumstances: Circumstances

  /// What an item and the caller say.
  func hints(_ item: Node?) -> Hinted {
    var hinted = Hinted()
    guard set.hasEnvironments else { return hinted }
    if let field = item?["environment"], !field.isNull {
      if let text = field.text {
        if !text.isEmpty { add(text, "the item", to: &hinted) }
      } else {
        hinted.problems.insert("the item's environment is no text")
      }
    }
    if let named = circumstances.environment { add(named, "the caller", to: &hinted) }
    return hinted
  }

  /// What one vector says for itself, and what the process says to those that it starts itself.
  func hints(_ command: CommandSubject, isOutermost: Bool) -> Hinted {
    var hinted = Hinted()
    guard set.hasEnvironments, mayName(command) else { return hinted }
    for option in set.hints.options[command.name] ?? [] {
      for value in command.values(of: option) {
        add(value, option + " " + Text(value.written), to: &hinted)
      }
    }
    for variable in set.hints.variables {
      for value in command.values(ofVariable: variable) {
        add(value, variable + "=" + Text(value.written), to: &hinted)
      }
    }
    addTableVariables(command, to: &hinted)
    addAddresses(command, to: &hinted)
    addServers(command, to: &hinted)
    addBranches(command, to: &hinted)
    if circumstances.isActual, isOutermost, command.vector.place == .here {
      addProcessVariables(command, to: &hinted)
    }
    return hinted
  }

  /// Whether anything of a command can name an environment, as far as that shows without reading them.
  private func mayName(_ command: CommandSubject) -> Bool {
    guard let table = set.table else { return true }
    let arguments = command.vector.arguments
    return !command.vector.environment.isEmpty || table.hasHints(for: command.name)
      || arguments.contains {
        $0.assignment != nil || !WebAddress.all(in: $0.written.bytes).isEmpty
      }
      || Writer.gitPaths(command)?.verb == "push"
      || circumstances.isActual
        && table.variables.contains { circumstances.variable($0)?.isEmpty == false }
  }

  /// Adds the environment that a name stands for, given by someone outside the tables.
  func add(_ name: Text, _ source: Text, to hinted: inout Hinted) {
    let found = environments(named: name)
    if found.isEmpty {
      hinted.problems.insert("\(source) names \(name), which no environment has")
    }
    for environment in found { hinted.add(environment, source) }
  }

  private func add(_ value: Argument, _ source: Text, to hinted: inout Hinted) {
    guard let text = value.text, !value.isSeveral else {
      hinted.problems.insert("\(source) is not known")
      return
    }
    add(Text(text), source, to: &hinted)
  }

  /// The environments that have exactly this name, app, host or URL.
  func environments(named name: Text) -> Set<Text> {
    let lower = name.lowercase
    var found: Set<Text> = []
    for environment in set.environments
    where environment.name == name || environment.apps.contains(name)
      || environment.urls.contains(where: { $0.lowercase == lower })
    {
      found.insert(environment.name)
    }
    if !lower.bytes.contains(where: { "/:@ ".utf8.contains($0) }) {
      found.formUnion(environments(listing: lower))
    }
    for url in WebAddress.all(in: name.bytes) { found.formUnion(environments(at: url)) }
    return found
  }

  /// The environments that list a host, or the longest part of it that any of them lists.
  private func environments(listing host: Text) -> Set<Text> {
    var found: Set<Text> = []
    var length = 0
    for environment in set.environments {
      for name in environment.hosts where WebAddress.host(host, isAt: name) {
        if name.bytes.count > length { (found, length) = ([], name.bytes.count) }
        if name.bytes.count == length { found.insert(environment.name) }
      }
    }
    return found
  }

  private func environments(at url: WebAddress) -> Set<Text> {
    let address = (url.hostAndPort + url.path).lowercase
    let whole = url.scheme + "://" + address
    var found: Set<Text> = []
    for environment in set.environments {
      let isListed = environment.urls.contains {
        let listed = $0.lowercase
        return listed == address || listed == whole || listed == url.hostAndPort
      }
      if isListed { found.insert(environment.name) }
    }
    return found.isEmpty ? environments(listing: url.host) : found
  }

  // MARK: Sources

  private func addTableVariables(_ command: CommandSubject, to hinted: inout Hinted) {
    for environment in set.environments {
      for variable in environment.variables {
        for value in command.values(ofVariable: variable.name) {
          let source = variable.name + "=" + Text(value.written)
          guard let text = value.text, !value.isSeveral else {
            hinted.problems.insert("\(source) is not known")
            continue
          }
          if variable.values.contains(Text(text)) { hinted.add(environment.name, source) }
        }
      }
    }
  }

  /// Variables of this process, where the line does not set them itself.
  private func addProcessVariables(_ command: CommandSubject, to hinted: inout Hinted) {
    for name in set.hints.variables where command.values(ofVariable: name).isEmpty {
      if let value = circumstances.variable(name), !value.isEmpty {
        add(value, name + "=" + value, to: &hinted)
      }
    }
    for environment in set.environments {
      for variable in environment.variables
      where command.values(ofVariable: variable.name).isEmpty {
        if let value = circumstances.variable(variable.name), variable.values.contains(value) {
          hinted.add(environment.name, variable.name + "=" + value)
        }
      }
    }
  }

  /// URLs among the arguments; the operands of programs that the set lists must be in its table.
  private func addAddresses(_ command: CommandSubject, to hinted: inout Hinted) {
    let isListed = set.hints.operands.contains(command.name)
    for argument in command.vector.arguments {
      let written = Text(argument.written)
      guard argument.text != nil, !argument.isSeveral else {
        if isListed { hinted.problems.insert("\(written) is not known") }
        continue
      }
      let urls = WebAddress.all(in: argument.written.bytes)
      for url in urls {
        let found = environments(at: url)
        if found.isEmpty, isListed {
          hinted.problems.insert(
            "\(url.hostAndPort + url.path) is in no environment's table")
        }
        for environment in found { hinted.add(environment, written.shortened()) }
      }
      if urls.isEmpty, isListed {
        for environment in environments(named: written) { hinted.add(environment, written) }
      }
    }
  }

  /// Servers of databases that a listed program is told by one option each for host, port and database.
  private func addServers(_ command: CommandSubject, to hinted: inout Hinted) {
    guard set.hints.operands.contains(command.name) else { return }
    func value(_ names: Text...) -> Text? {
      let values = names.flatMap { command.values(of: $0) }
      guard values.count == 1, !values[0].isSeveral else { return nil }
      return values[0].text.map { Text($0) }
    }
    guard let host = value("-h", "--host") else { return }
    let port = value("-p", "--port").map { ":" + $0 } ?? ""
    let database = value("-d", "--dbname").map { "/" + $0 } ?? ""
    let source = host + port + database
    for url in WebAddress.all(in: ("postgresql://" + source).bytes) {
      for environment in environments(at: url) { hinted.add(environment, source) }
    }
  }

  /// The branches that `git push` writes.
  private func addBranches(_ command: CommandSubject, to hinted: inout Hinted) {
    guard let git = Writer.gitPaths(command), git.verb == "push",
      set.environments.contains(where: { !$0.branches.isEmpty })
    else { return }
    for operand in git.paths.dropFirst() {
      guard let text = operand.text, !operand.isSeveral else {
        hinted.problems.insert("the branch \(Text(operand.written)) is not known")
        continue
      }
      var branch = text.bytes[...]
      if let colon = branch.lastIndex(of: UInt8(ascii: ":")) { branch = branch[(colon + 1)...] }
      if branch.first == UInt8(ascii: "+") { branch = branch.dropFirst() }
      if branch.starts(with: "refs/heads/".utf8) { branch = branch.dropFirst(11) }
      let name = Text(bytes: Array(branch))
      for environment in set.environments where environment.branches.contains(name) {
        hinted.add(environment.name, "the branch " + name)
      }
    }
  }
}
