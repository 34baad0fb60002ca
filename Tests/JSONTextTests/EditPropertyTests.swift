import JSONText
import TestSupport
import Testing

/// Random edits of random documents against a model that only knows values.
struct EditPropertyTests {
  /// Claims, as the program does them, in documents of every style.
  @Test func changesOnlyWhatItShould() throws {
    var random = SeededRandom(2)
    for round in 0..<600 {
      var writer = RandomDocument(random)
      let source = Bytes(writer.backlog())
      random = writer.random
      let root = try Document(source).root
      var edit = Edit(source)
      var model = root.json
      let items = root["items"]?.elements ?? []
      if let index = items.indices.randomElement(using: &random) {
        let claim: JSON = random.pick([
          ["by": "x", "tags": ["a", "b"], "none": [:]], [1, [2]], 7,
        ])
        if let status = items[index]["status"] {
          edit.replace(status.range, with: "in_progress")
        }
        edit.insertMember("claim", claim, into: items[index], after: "status")
        model = model.changing("items") { list in
          list.changing(at: index) { item in
            item.setting("status", to: item["status"].map { _ in "in_progress" })
              .inserting("claim", claim, after: "status")
          }
        }
      }
      let entry: JSON = ["id": "ND-1", "claim": 3, "list": [1, 2]]
      if let history = root["history"] {
        edit.appendElement(
          entry, toArray: history.range,
          like: random.oneIn(2) ? history.elements.last?.range : nil)
        model = model.changing("history") { $0.appending(entry) }
      } else {
        edit.insertMember("history", [entry], into: root)
        model = model.inserting("history", [entry], after: nil)
      }
      let splices = edit.splices
      let result = Edit.apply(splices, to: source)
      expectUntouchedBytes(source, splices, result)
      let edited = try? Document(Bytes(result)).root.json
      #expect(edited == model, "round \(round): \(string(source.array)) became \(string(result))")
      // A file of one kind of line stays so.
      if !string(source.array).contains("\r\n") { #expect(!result.contains(0x0D)) }
    }
  }

  @Test func removingUndoesInserting() throws {
    var random = SeededRandom(3)
    for round in 0..<1500 {
      var writer = RandomDocument(random)
      let source = Bytes(writer.backlog())
      random = writer.random
      let object = try random.pick(objects(in: Document(source).root))
      let key = random.pick(["claim", "é", "a\"b", "x\n"] as [Text])
      guard object[key] == nil else { continue }
      let after = random.oneIn(4) ? nil : object.members.map(\.key).randomElement(using: &random)
      let value: JSON = random.pick([["by": "x", "tags": [[:], [1]]], [], [:], "t", [["a": 1]]])
      var insertion = Edit(source)
      insertion.insertMember(key, value, into: object, after: after)
      let inserted = Bytes(insertion.edited)
      let again = try Document(inserted).root
      let found = objects(in: again).first { $0.range.lowerBound == object.range.lowerBound }
      let target = try #require(found)
      #expect(target[key]?.json == value)
      #expect(target.members.count == object.members.count + 1)
      if let after {
        let keys = target.members.map(\.key)
        #expect(keys.firstIndex(of: key) == keys.firstIndex(of: after).map { $0 + 1 })
      }
      var removal = Edit(inserted)
      let isFound = removal.removeMember(key, from: target)
      #expect(isFound)
      #expect(
        removal.edited == source.array,
        "round \(round): \(string(source.array)) became \(string(inserted.array))")
    }
  }

  /// Any mixture of insertions, removals and replacements in one object.
  @Test func combinesChangesOfOneObject() throws {
    var random = SeededRandom(4)
    for round in 0..<1500 {
      var writer = RandomDocument(random)
      let source = Bytes(writer.backlog())
      random = writer.random
      let object = try random.pick(objects(in: Document(source).root))
      var edit = Edit(source)
      var model = object.json
      for _ in 0..<(1 + random.below(5)) {
        let keys = object.members.map(\.key)
        switch random.below(3) {
        case 0:
          guard let key = keys.randomElement(using: &random) else { continue }
          edit.removeMember(key, from: object)
          model = model.setting(key, to: nil)
        case 1:
          let key = random.pick(["n1", "n2", "n3"] as [Text])
          let value: JSON = random.pick([1, ["a": 1], ["x", "y"]])
          edit.insertMember(key, value, into: object, after: keys.randomElement(using: &random))
          model =
            model[key] == nil
            ? model.inserting(key, value, after: nil)
            : model.setting(key, to: value)
        default:
          guard let key = keys.randomElement(using: &random), model[key] != nil else { continue }
          edit.insertMember(key, "new", into: object)
          model = model.setting(key, to: "new")
        }
      }
      let splices = edit.splices
      let result = Edit.apply(splices, to: source)
      expectUntouchedBytes(source, splices, result)
      let changed = try? objects(in: Document(Bytes(result)).root)
        .first { $0.range.lowerBound == object.range.lowerBound }
      #expect(
        changed.map { sorted($0.json) } == sorted(model),
        "round \(round): \(string(source.array)) became \(string(result))")
    }
  }

  /// Everything outside the splices is there unchanged, and the splices are in order.
  private func expectUntouchedBytes(_ source: Bytes, _ splices: [Splice], _ result: [UInt8]) {
    var at = 0
    var resultAt = 0
    for splice in splices {
      guard splice.range.lowerBound >= at else {
        Issue.record("splices overlap")
        return
      }
      let kept = splice.range.lowerBound - at
      #expect(
        source[at..<splice.range.lowerBound].array == Array(result[resultAt..<(resultAt + kept)]))
      resultAt += kept + splice.replacement.count
      at = splice.range.upperBound
    }
    #expect(source[at..<source.count].array == Array(result[resultAt...]))
    let pieces = Edit.pieces(splices, of: source).flatMap(\.array)
    #expect(pieces == result)
  }

  private func objects(in node: Node) -> [Node] {
    let inside = node.elements + node.members.map(\.value)
    return (node.kind == .object ? [node] : []) + inside.flatMap(objects)
  }

  private func sorted(_ value: JSON) -> JSON {
    guard case .object(let members) = value else { return value }
    return .object(members.sorted { $0.key < $1.key })
  }
}

/// The naive model: values are taken apart and put together again.
extension JSON {
  fileprivate func changing(_ key: Text, _ change: (JSON) -> JSON) -> JSON {
    setting(key, to: self[key].map(change))
  }

  fileprivate func changing(at index: Int, _ change: (JSON) -> JSON) -> JSON {
    guard case .array(var elements) = self else { return self }
    elements[index] = change(elements[index])
    return .array(elements)
  }

  fileprivate func appending(_ value: JSON) -> JSON {
    guard case .array(let elements) = self else { return self }
    return .array(elements + [value])
  }

  fileprivate func setting(_ key: Text, to value: JSON?) -> JSON {
    guard case .object(let members) = self else { return self }
    return .object(
      members.compactMap { member in
        guard member.key == key else { return member }
        return value.map { Member(key: key, value: $0) }
      })
  }

  fileprivate func inserting(_ key: Text, _ value: JSON, after: Text?) -> JSON {
    guard case .object(var members) = self else { return self }
    let place = members.firstIndex { $0.key == after }.map { $0 + 1 } ?? members.count
    members.insert(Member(key: key, value: value), at: place)
    return .object(members)
  }
}
