/// The options of a program, as far as they decide where the command behind them begins.
///
/// Written as words: `k=` takes a value, `k?` takes one only when it is attached, `k` takes none.
struct OptionTable: ExpressibleByStringLiteral, Equatable, Sendable {
  /// Whether an option takes a value.
  enum Kind { case flag, valued, attached }

  private var kinds: [Spelling: Kind] = [:]

  init(stringLiteral value: String) {
    for word in value.utf8.split(separator: UInt8(ascii: " ")) {
      switch word.last {
      case UInt8(ascii: "="): kinds[Spelling(word.dropLast())] = .valued
      case UInt8(ascii: "?"): kinds[Spelling(word.dropLast())] = .attached
      default: kinds[Spelling(word)] = .flag
      }
    }
  }

  /// The kind of a long option, which may be cut short as long as it stays unique.
  func long(_ name: Spelling) -> Kind? {
    if name.bytes.count > 1, let kind = kinds[name] { return kind }
    let candidates = Set(
      kinds.filter { $0.key.bytes.count > 1 && $0.key.hasPrefix(name) }.map(\.value))
    return candidates.count == 1 ? candidates.first : nil
  }

  /// The kind of a one-letter option; nil when it is not known.
  func short(_ letter: UInt8) -> Kind? { kinds[Spelling([letter])] }

  /// What stands before the first operand.
  struct Walk {
    /// The place of the first operand.
    var index: Int
    var options: [(name: Spelling, value: Argument?)] = []
    /// False when an option was not known, or not known to be one.
    var isCertain = true

    func value(_ names: Spelling...) -> Argument? {
      options.last { names.contains($0.name) && $0.value != nil }?.value
    }

    func has(_ names: Spelling...) -> Bool { options.contains { names.contains($0.name) } }
  }

  /// Goes over options from a place up to the first operand, or up to the value of one of `last`.
  func walk(_ words: [Argument], from start: Int = 1, upTo last: Set<Spelling> = []) -> Walk {
    var walk = Walk(index: start)
    while walk.index < words.count {
      if let option = walk.options.last, option.value != nil, last.contains(option.name) {
        return walk
      }
      let word = words[walk.index]
      let prefix = word.knownPrefix
      if word.text == "--" {
        walk.index += 1
        return walk
      }
      if word.isSeveral, prefix.isEmpty { walk.isCertain = false }
      if word.text == nil, prefix.isEmpty, !word.isPath {
        if case .place? = word.parts.first {} else { walk.isCertain = false }
      }
      guard prefix.hasPrefix("-"), prefix != "-" || word.text == nil else { return walk }
      walk.index += 1
      if prefix.hasPrefix("--") {
        takeLong(word, words, &walk)
      } else {
        takeShort(word, words, &walk)
      }
    }
    return walk
  }

  private func takeLong(_ word: Argument, _ words: [Argument], _ walk: inout Walk) {
    let prefix = word.knownPrefix.dropping(2)
    if let (name, _) = prefix.sidesOfEquals {
      if long(name) == nil { walk.isCertain = false }
      walk.options.append((full(name), word.dropping(name.bytes.count + 3)))
      return
    }
    if word.text == nil { walk.isCertain = false }
    switch long(prefix) {
    case .valued:
      guard walk.index < words.count else { return }
      walk.options.append((full(prefix), words[walk.index]))
      walk.index += 1
    case .flag, .attached: walk.options.append((full(prefix), nil))
    case nil:
      walk.isCertain = false
      walk.options.append((prefix, nil))
    }
  }

  private func full(_ name: Spelling) -> Spelling {
    if kinds[name] != nil { return name }
    let matches = kinds.keys.filter { $0.bytes.count > 1 && $0.hasPrefix(name) }
    return matches.count == 1 ? matches[0] : name
  }

  private func takeShort(_ word: Argument, _ words: [Argument], _ walk: inout Walk) {
    let letters = word.knownPrefix.bytes
    var position = 1
    while position < letters.count {
      let name = Spelling([letters[position]])
      position += 1
      switch short(letters[position - 1]) {
      case .flag: walk.options.append((name, nil))
      case .attached:
        walk.options.append((name, word.dropping(position)))
        return
      case .valued:
        if position < letters.count || word.text == nil {
          walk.options.append((name, word.dropping(position)))
        } else if walk.index < words.count {
          walk.options.append((name, words[walk.index]))
          walk.index += 1
        }
        return
      case nil:
        walk.isCertain = false
        walk.options.append((name, nil))
        return
      }
    }
    if word.text == nil { walk.isCertain = false }
  }
}
