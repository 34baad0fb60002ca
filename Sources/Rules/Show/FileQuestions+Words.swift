import JSONText

extension Age {
  /// The age in words, behind what has it.
  var words: Text {
    switch self {
    case .claim: "since the claim"
    case .seconds(let seconds): "in the last " + Text("\(seconds)") + " seconds"
    }
  }
}

extension FileChoice {
  /// The files in words.
  fileprivate var words: Text {
    var words: Text = newest ? "the newest of " : ""
    words = words + paths.map(\.source).alternatives
    if let newerThan { words = words + " changed " + newerThan.words }
    if !names.isEmpty { words = words + " that names " + names.map(\.source).alternatives }
    if !mentions.isEmpty {
      words = words + " that names the newest of " + mentions.map(\.source).alternatives
    }
    return words
  }
}

extension FileQuestion {
  var words: Text {
    if let count { return "the number of files " + choice.words + " " + count.words }
    let parts: [Text?] = [
      every ? "is there for each of the paths" : nil,
      exists.map { $0 ? "exists" : "does not exist" }, contains.map { "is hit by " + $0 },
      commands.map { "names every command that needs level " + $0 + " or a higher one" },
    ]
    let said = parts.compactMap { $0 }
    return "the file " + choice.words + (said.isEmpty ? " is there" : " " + said.joined(" and "))
  }
}

extension JSONQuestion {
  var words: Text {
    let value: Text = "the value at " + pointer + " of " + choice.words + " "
    func element(_ pointer: Text) -> Text { pointer.isEmpty ? "which " : "whose " + pointer + " " }
    return value
      + {
        switch test {
        case .compare(let comparison): comparison.words
        case .count(let comparison): "has a number of elements that " + comparison.words
        case .each(let pointer, let comparison):
          "has only elements " + element(pointer) + comparison.words
        case .some(let pointer, let comparison):
          "has an element " + element(pointer) + comparison.words
        }
      }()
  }
}

extension TableQuestion {
  var words: Text {
    let chosen = rows.map { $0.column + " is " + $0.values.map(\.source).alternatives }
    let which = chosen.isEmpty ? "" : " with rows whose " + chosen.joined(" and whose ")
    return choice.words + which + " "
      + {
        switch test {
        case .cell(let column, let comparison):
          "has there a " + column + " that " + comparison.words
        case .count(let comparison): "has a number of rows that " + comparison.words
        case .columns(let names): "has the columns " + names.joined(", ")
        case .unique(let column): "has every " + column + " once"
        case .deleted(let comparison):
          "lost a number of rows since the claim that " + comparison.words
        case .sound(let expected): expected ? "has no malformed row" : "has a malformed row"
        }
      }()
  }
}

extension PageQuestion {
  var words: Text {
    let parts: [Text?] = [
      headings.map { "the headings " + $0.joined(", ") },
      checked.map { "a number of ticked boxes that " + $0.words },
      unchecked.map { "a number of unticked boxes that " + $0.words },
      row.isEmpty ? nil : "a table row for " + row.map(\.source).alternatives,
    ]
    let said = parts.compactMap { $0 }
    let place = section.map { " in its section " + $0.source } ?? ""
    return choice.words + " has" + place
      + (said.isEmpty ? (section == nil ? "" : " something") : " " + said.joined(" and "))
  }
}
