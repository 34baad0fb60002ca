import CBytes

/// The keys that an object may have, laid out so that its members are told apart without decoding them.
package struct KnownKeys: Sendable {
  /// The keys, by whose places members are found.
  package let words: [Text]
  private let letters: [UInt8]
  private let ends: [Int]

  /// These keys, in this order.
  package init(_ words: [Text]) {
    self.words = words
    letters = words.flatMap(\.bytes)
    var ends: [Int] = []
    for word in words { ends.append((ends.last ?? 0) + word.bytes.count) }
    self.ends = ends
  }

  /// The place of the word that a key without escapes spells, its quotes left out.
  @unsafe
  fileprivate func place(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    unsafe letters.withUnsafeBufferPointer { letters in
      unsafe ends.withUnsafeBufferPointer { ends in
        guard let first = letters.baseAddress else { return nil }
        var from = 0
        for place in 0..<ends.count {
          let end = unsafe ends[place]
          if end - from == count, unsafe scan_equal(first + from, start, count) { return place }
          from = end
        }
        return nil
      }
    }
  }

  fileprivate func place(_ key: Text) -> Int? { words.firstIndex(of: key) }
}

/// The members of an object whose keys are all in one table.
package struct KnownMembers: Sendable {
  private let document: Document
  /// The slot of each word's value; 0, which is the root and never a member, for a word that is not there.
  private let slots: [UInt32]
  /// How many members there are.
  package let count: Int

  fileprivate init(_ document: Document, _ slots: [UInt32], _ count: Int) {
    self.document = document
    self.slots = slots
    self.count = count
  }

  /// The value behind a word of the table, by its place there; nil if the object has no such member.
  package subscript(place: Int) -> Node? {
    let slot = slots[place]
    return slot == 0 ? nil : Node(document: document, index: Int(slot))
  }
}

/// A key that is in no table, by where it stands in the document.
package struct UnknownKey: Error {
  /// The key with its quotes.
  package let range: Range<Int>
}

extension Node {
  /// The members of an object, which may have only the keys of a table; none if this is no object.
  package func members(of table: KnownKeys) throws(UnknownKey) -> KnownMembers {
    var slots = [UInt32](repeating: 0, count: table.words.count)
    guard kind == .object else { return KnownMembers(document, slots, 0) }
    let result = unsafe document.slots.withUnsafeBufferPointer { all in
      unsafe document.bytes.withUnsafeBytes { bytes -> Result<Int, UnknownKey> in
        guard let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
          return .success(0)
        }
        let end = unsafe Int(all[index].next)
        var at = index + 1
        var count = 0
        while at + 1 < end {
          let key = unsafe all[at]
          let range = Int(key.start)..<Int(key.end)
          let place =
            unsafe key.escaped
            ? table.place(decodedString(document.bytes, range))
            : table.place(text + range.lowerBound + 1, range.count - 2)
          guard let place else { return .failure(UnknownKey(range: range)) }
          slots[place] = UInt32(truncatingIfNeeded: at + 1)
          count += 1
          at = unsafe Int(all[at + 1].next)
        }
        return .success(count)
      }
    }
    return KnownMembers(document, slots, try result.get())
  }
}
