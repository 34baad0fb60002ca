/// Programs that start others in containers and on other machines.
extension Interpreter {
  private static let dockerOptions: OptionTable = """
    D v config= c= context= H= host= l= log-level= tls tlscacert= tlscert= tlskey= tlsverify debug \
    version url= connection= remote r namespace= address= a= n=
    """
  private static let runFlags: Set<Spelling> = [
    "--detach", "--init", "--interactive", "--no-healthcheck", "--oom-kill-disable",
    "--privileged", "--publish-all", "--quiet", "--read-only", "--rm", "--sig-proxy", "--tty",
    "--disable-content-trust", "--help", "--no-deps", "--service-ports", "--use-aliases",
    "--build", "--no-TTY", "--no-tty", "--remove-orphans", "--quiet-pull", "--quiet-build",
    "--rmi", "--replace", "--tls-verify", "--env-host", "--http-proxy", "--latest", "--no-hosts",
  ]

  /// Follows `docker run` and `docker exec` into the container.
  func runDocker(_ invocation: Invocation) -> [UInt8]? {
    var walk = Self.dockerOptions.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var verb = walk.index < invocation.words.count ? invocation.words[walk.index] : nil
    if verb?.text == "container" || verb?.text == "buildx" {
      walk.index += 1
      verb = walk.index < invocation.words.count ? invocation.words[walk.index] : nil
    }
    guard let verb else { return nil }
    guard let name = verb.text else {
      note(.wrapper, invocation.written.bytes)
      return nil
    }
    switch name {
    case "compose": return runCompose(invocation, from: walk.index + 1)
    case "run", "exec", "create":
      return runContainer(invocation, from: walk.index + 1)
    default: return nil
    }
  }

  /// Follows `compose run` and `compose exec` from behind the word `compose`.
  func runCompose(_ invocation: Invocation, from start: Int) -> [UInt8]? {
    let table: OptionTable = """
      f= p= file= project-name= profile= env-file= project-directory= parallel= ansi= progress= \
      compatibility all-resources dry-run verbose no-ansi tls host= H= context= c= v
      """
    let walk = table.walk(invocation.words, from: start)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    guard walk.index < invocation.words.count else { return nil }
    guard let verb = invocation.words[walk.index].text else {
      note(.wrapper, invocation.written.bytes)
      return nil
    }
    return verb == "run" || verb == "exec" ? runContainer(invocation, from: walk.index + 1) : nil
  }

  /// The command behind the options and the name of an image, container or service.
  private func runContainer(_ invocation: Invocation, from start: Int) -> [UInt8]? {
    let words = invocation.words
    var inner = invocation
    inner.place = .elsewhere
    inner.directory = .unknown
    inner.settings = []
    var entry: Argument?
    var index = start
    while index < words.count {
      let prefix = words[index].knownPrefix
      if words[index].isSeveral || prefix.isEmpty {
        note(.wrapper, invocation.written.bytes)
        break
      }
      guard prefix.hasPrefix("-") else { break }
      let text = words[index].text
      index += 1
      if text == "--" { break }
      if prefix.hasPrefix("--") {
        if let (name, _) = prefix.sidesOfEquals {
          if name == "--entrypoint" { entry = words[index - 1].dropping(name.bytes.count + 1) }
        } else if !Self.runFlags.contains(prefix) {
          if prefix == "--entrypoint", index < words.count { entry = words[index] }
          if prefix == "--workdir", index < words.count {
            inner.directory = Directory.start.entering(words[index])
          }
          index += 1
        }
        continue
      }
      // A cluster such as `-it`; the first letter that takes a value ends it.
      let letters = prefix.bytes.dropFirst()
      let flags = Array("ditPTq".utf8)
      if let valued = letters.firstIndex(where: { !flags.contains($0) }) {
        if valued == letters.endIndex - 1, text != nil { index += 1 }
      }
    }
    if index < words.count, words[index].isSeveral { note(.wrapper, invocation.written.bytes) }
    index += 1
    var rest = index < words.count ? Array(words[index...]) : []
    if let entry { rest.insert(entry, at: 0) }
    return rest.isEmpty ? nil : invoke(inner.through(rest))
  }

  /// Follows tools that name the command of a pod behind `--`.
  func runAfterDashes(_ invocation: Invocation, verbs: Set<Spelling>) -> [UInt8]? {
    let words = invocation.words
    guard words.contains(where: { verbs.contains($0.text ?? "") }) else {
      if words.dropFirst().contains(where: { $0.isSeveral && !$0.isFilePattern }) {
        note(.wrapper, invocation.written.bytes)
      }
      return nil
    }
    var inner = invocation
    inner.place = .elsewhere
    inner.directory = .unknown
    inner.settings = []
    guard let dashes = words.firstIndex(where: { $0.text == "--" }) else {
      // Older forms name the command right behind the pod.
      let table: OptionTable = """
        i t q n= c= namespace= container= context= kubeconfig= f= filename= stdin tty quiet \
        pod-running-timeout= cluster= user= image= restart= rm attach env= l= selector= as= token= \
        server= s= request-timeout= T
        """
      var index = 1
      for _ in 0..<3 {
        let walk = table.walk(words, from: index)
        if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
        index = walk.index + 1
      }
      guard index - 1 < words.count else { return nil }
      return invoke(inner.through(words[(index - 1)...]))
    }
    if words[..<dashes].contains(where: { $0.isSeveral && !$0.isFilePattern }) {
      note(.wrapper, invocation.written.bytes)
    }
    return invoke(inner.through(words[(dashes + 1)...]))
  }

  private static let herokuOptions: OptionTable = """
    a= r= s= e= x v app= remote= size= type= env= exit-code no-tty no-notify no-launcher \
    no-wait dyno=
    """

  /// Follows `heroku run`, whose own options may stand among those of the command.
  func runHeroku(_ invocation: Invocation) -> [UInt8]? {
    let words = invocation.words
    var walk = Self.herokuOptions.walk(words)
    guard walk.index < words.count else { return nil }
    guard let verb = words[walk.index].text else {
      note(.wrapper, invocation.written.bytes)
      return nil
    }
    let verbs: Set<Spelling> = ["run", "run:detached", "run:inside", "local:run", "ps:exec"]
    guard verbs.contains(verb) else { return nil }
    var inner = invocation
    inner.place = verb == "local:run" ? .here : .elsewhere
    if inner.place == .elsewhere {
      inner.directory = .unknown
      inner.settings = []
    }
    // Options of heroku itself may stand anywhere before `--`.
    var command: [Argument] = []
    var index = walk.index + 1
    while index < words.count {
      if words[index].text == "--" {
        command += words[(index + 1)...]
        break
      }
      walk = Self.herokuOptions.walk(words, from: index)
      if walk.index > index, walk.isCertain {
        index = walk.index
      } else {
        if words[index].isSeveral { note(.wrapper, invocation.written.bytes) }
        command.append(words[index])
        index += 1
      }
    }
    // Words with blanks in them arrive as words or as several, depending on the version.
    if command.contains(where: { $0.written.contains(32) }), command.count > 1 {
      _ = invoke(inner.through(command))
    }
    guard !command.isEmpty, let text = joinedText(command, invocation) else { return nil }
    return runChild(text, inner)
  }
}
