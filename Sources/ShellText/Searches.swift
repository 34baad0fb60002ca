/// Programs that build commands from lists: xargs, parallel, find, fd.
extension Interpreter {
  private static let xargsOptions: OptionTable = """
    0 o p r t x a= d= E= e? I= i? L= l? n= P= s= J= R= S= null open-tty interactive \
    no-run-if-empty verbose exit arg-file= delimiter= eof? replace? max-lines? max-args= \
    max-procs= max-chars= process-slot-var= show-limits help version
    """

  /// Follows xargs with the words of its input, or with an unknown tail.
  func runXargs(_ invocation: Invocation) -> [UInt8]? {
    let walk = Self.xargsOptions.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var words = Array(invocation.words.dropFirst(walk.index))
    if words.isEmpty { words = [Argument("echo")] }
    let replaces = walk.has("I", "i", "replace", "J")
    let mark = replaces ? walk.value("I", "i", "replace", "J")?.text ?? "{}" : nil
    var inner = invocation.through(words)
    inner.input = .known([])
    let plainInput = !walk.has("0", "null", "d", "delimiter", "a", "arg-file", "E", "e")
    if plainInput, case .known(let text) = invocation.input, let lines = Self.items(text) {
      if let mark, !mark.isEmpty {
        for line in text.split(separator: 10).prefix(100) {
          let item = Argument(Spelling(line.drop { $0.isBlank }))
          inner.words = words.map { Self.replacing(mark, in: $0, by: item) }
          _ = invoke(inner)
        }
        return nil
      }
      let items = lines.flatMap { $0 }
      let size = walk.value("n", "max-args").flatMap { $0.text.flatMap { Int($0.string) } }
      let perLine = walk.has("L", "l", "max-lines")
      var groups = perLine ? lines : [items]
      if let size, size > 0 {
        groups = stride(from: 0, to: items.count, by: size).map {
          Array(items[$0..<min($0 + size, items.count)])
        }
      }
      for group in groups.prefix(100) {
        inner.words = words + group.map { Argument($0) }
        _ = invoke(inner)
      }
      // A limit on lines or bytes may part the list elsewhere.
      if perLine || walk.has("s", "max-chars", "x") || groups.count > 100 {
        inner.words = words + [.unknown(Spelling(text))]
        _ = invoke(inner)
      }
      return nil
    }
    var source = invocation.raw
    if case .unknown(let text) = invocation.input { source = text }
    if case .file(let path, _) = invocation.input { source = source + " " + path.written }
    if let mark, !mark.isEmpty {
      let item = Argument.unknown(source, isSeveral: false)
      inner.words = words.map { Self.replacing(mark, in: $0, by: item) }
    } else {
      inner.words = words + [.unknown(source)]
    }
    return invoke(inner)
  }

  /// The words of each line as xargs splits them; nil when quoting makes that uncertain.
  private static func items(_ text: [UInt8]) -> [[Spelling]]? {
    if text.contains(where: { "'\"\\".utf8.contains($0) }) { return nil }
    return text.split(separator: 10).map { line in
      line.split(whereSeparator: \.isBlank).map { Spelling($0) }
    }
  }

  /// The word with each mark in its known text replaced by an item.
  static func replacing(_ mark: Spelling, in word: Argument, by item: Argument) -> Argument {
    var result = Argument(parts: [], isSeveral: word.isSeveral)
    result.isPath = item.isPath && word.knownPrefix.hasPrefix(mark)
    for part in word.parts {
      guard case .text(let text) = part else {
        result.parts.append(part)
        continue
      }
      var start = 0
      var index = 0
      let bytes = text.bytes
      while index + mark.bytes.count <= bytes.count {
        if bytes[index..<(index + mark.bytes.count)].elementsEqual(mark.bytes) {
          if start < index { result.parts.append(.text(Spelling(bytes[start..<index]))) }
          result.parts += item.parts
          index += mark.bytes.count
          start = index
        } else {
          index += 1
        }
      }
      if start < bytes.count { result.parts.append(.text(Spelling(bytes[start...]))) }
    }
    return result
  }

  /// Follows parallel, whose command is shell text for each item.
  func runParallel(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      0 k m q X u v t n= j= a= C= I= N= L= P= S= d= E= s= jobs= arg-file= colsep= delay= joblog= \
      keep-order line-buffer lb bar eta progress dry-run halt= retries= tag null max-args= \
      max-procs= no-notice will-cite quote ungroup verbose timeout= results= tmpdir= sshlogin= \
      env= pipe block= group xargs resume silent gnu plain colsep= noswap memfree= load= nice=
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    let words = Array(invocation.words.dropFirst(walk.index))
    let marks: Set<Spelling> = [":::", ":::+", "::::", "::::+"]
    let cut = words.firstIndex { marks.contains($0.text ?? "") } ?? words.count
    let command = Array(words[..<cut])
    var inner = invocation
    inner.input = .known([])
    var lists: [[Argument]] = []
    var isKnown = cut < words.count
    for word in words[cut...] {
      if let text = word.text, marks.contains(text) {
        lists.append([])
        if text != ":::" { isKnown = false }
      } else if !lists.isEmpty {
        lists[lists.count - 1].append(word)
      }
    }
    if cut == words.count, case .known(let text) = invocation.input {
      lists = [text.split(separator: 10).map { Argument(Spelling($0)) }]
      isKnown = true
    }
    let items =
      lists.count == 1 && isKnown
      ? lists[0].prefix(100).map { $0 }
      : [Argument.unknown(invocation.raw)]
    for item in items {
      if command.isEmpty {
        _ = runChild(item, inner)
        continue
      }
      let hasMark = command.contains { $0.written.contains(UInt8(ascii: "{")) }
      let filled = command.map { Self.replacing("{}", in: $0, by: item) }
      let line = hasMark ? filled : command + [item]
      if line.contains(where: { $0.text == nil }) || (hasMark && filled == command) {
        // The text is a shell's; with an unknown item only its plain form can be followed.
        _ = invoke(inner.through(line))
        if hasMark { note(.text, invocation.written.bytes) }
      } else if let text = joinedText(line, inner) {
        _ = runChild(text, inner)
      }
    }
    return nil
  }

  /// Follows the `-exec` family of find, with unknown paths for `{}`.
  func runFind(_ invocation: Invocation) -> [UInt8]? {
    let actions: Set<Spelling> = ["-exec", "-execdir", "-ok", "-okdir"]
    var index = 1
    let words = invocation.words
    while index < words.count {
      guard let text = words[index].text, actions.contains(text) else {
        if words[index].isSeveral, words[index].knownPrefix.isEmpty, !words[index].isFilePattern,
          index > 1
        {
          note(.wrapper, invocation.written.bytes)
        }
        index += 1
        continue
      }
      var end = index + 1
      while end < words.count, words[end].text != ";",
        words[end].text != "+" || words[end - 1].text != "{}"
      {
        end += 1
      }
      var found = Argument.unknown("{}", isSeveral: false)
      found.isPath = true
      var inner = invocation.through(
        words[(index + 1)..<end].map { Self.replacing("{}", in: $0, by: found) })
      if text == "-execdir" || text == "-okdir" { inner.directory = .unknown }
      inner.input = .known([])
      _ = invoke(inner)
      index = end + 1
    }
    return nil
  }

  /// Follows `fd -x` and `fd -X`.
  func runFd(_ invocation: Invocation) -> [UInt8]? {
    let marks: Set<Spelling> = ["-x", "-X", "--exec", "--exec-batch"]
    guard let start = invocation.words.firstIndex(where: { marks.contains($0.text ?? "") }) else {
      for word in invocation.words.dropFirst() {
        let prefix = word.knownPrefix
        if prefix.hasPrefix("--exec"), prefix.contains(UInt8(ascii: "=")) {
          _ = invoke(
            invocation.through([word.dropping((prefix.sidesOfEquals?.0.bytes.count ?? 0) + 1)]))
        } else if prefix.hasPrefix("-x") || prefix.hasPrefix("-X") {
          _ = invoke(invocation.through([word.dropping(2)]))
        }
      }
      return nil
    }
    let found = Argument.unknown("{}", isSeveral: false)
    var rest = invocation.words[(start + 1)...].prefix { $0.text != ";" }
      .map { Self.replacing("{}", in: $0, by: found) }
    if rest.count == invocation.words.count - start - 1 { rest.append(found) }
    return invoke(invocation.through(rest))
  }
}

extension Argument {
  /// Several because it is a pattern of file names, and not for want of knowledge.
  var isFilePattern: Bool {
    for part in parts { if case .unknown = part { return false } }
    return isSeveral
  }
}
