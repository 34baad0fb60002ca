/// One strict pass over a document, however huge, that builds no tree.
///
/// It keeps the members of the root object and, for each requested array in it, where every element
/// lies and where the values of the requested members do. Its errors are exactly those of
/// `Document`, since both come from the same scanner.
package struct Survey: Sendable {
  /// A top-level array of objects, and the members of interest in its elements.
  package struct Request: Sendable {
    /// The key of the array in the root object.
    package var array: Text
    /// The keys of the members of interest, by whose position in this list values are asked for.
    package var columns: [Text]

    /// The array of this name, with these members of its elements.
    package init(array: Text, columns: [Text]) {
      self.array = array
      self.columns = columns
    }
  }

  /// A member of the root object.
  package struct Member: Sendable {
    /// The decoded name.
    package var key: Text
    /// Where the name stands, quotes included.
    package var keyRange: Range<Int>
    /// Where the value stands.
    package var valueRange: Range<Int>
    /// What the value is.
    package var kind: Kind
  }

  /// The elements of a requested array.
  package struct Table: Sendable {
    /// What was surveyed.
    let bytes: Bytes
    /// Where everything lies.
    let rows: TableRows
    /// Where the array lies.
    package let range: Range<Int>

    /// How many elements there are.
    package var count: Int { rows.count }

    /// The hash of the string in a row's first column, as `KeyHash` makes it; nil where no string stands there.
    package func hash(_ row: Int) -> UInt32? { rows.hash(row) }

    /// What the element at a position is.
    package func kind(_ row: Int) -> Kind {
      Kind(firstByte: bytes[range(row).lowerBound])
    }

    /// Where the element at a position lies.
    package func range(_ row: Int) -> Range<Int> {
      rows.range(row, 0) ?? 0..<0
    }

    /// Where an element's value of a requested member lies; nil if it has none.
    package func value(_ row: Int, _ column: Int) -> Range<Int>? {
      rows.range(row, column + 1)
    }
  }

  /// The bytes that were read.
  package let bytes: Bytes
  /// What the outermost value is.
  package let rootKind: Kind
  /// Where the outermost value lies.
  package let rootRange: Range<Int>
  /// The members of the root object in the order of the text.
  package let members: [Member]

  let tables: [(array: Text, table: Table)]

  /// Reads a document, or says what is wrong with it.
  package init(
    _ bytes: Bytes, _ requests: [Request], depthLimit: Int = 512
  ) throws(JSONError) {
    var sink = SurveySink(bytes, requests)
    do throws(JSONError) {
      try Scanner.run(bytes, depthLimit: depthLimit, into: &sink)
    } catch {
      sink.discard()
      throw error
    }
    self.bytes = bytes
    rootKind = sink.rootKind
    rootRange = sink.rootRange
    members = sink.members
    tables = sink.tables.map { found in
      (
        array: requests[found.request].array,
        table: Table(bytes: bytes, rows: found.rows, range: found.range)
      )
    }
  }

  /// The member of the root object with that name.
  package func member(_ key: Text) -> Member? {
    members.first { $0.key == key }
  }

  /// The elements of a requested array; nil if it is absent or something else than an array.
  package func table(_ array: Text) -> Table? {
    tables.first { $0.array == array }?.table
  }

  /// A value as a document of its own, which still tells places in the whole file.
  package func document(_ range: Range<Int>) throws(JSONError) -> Document {
    try Document(bytes[range], depthLimit: 512, source: bytes, offset: range.lowerBound)
  }

  /// Line and column of a position, both from 1, the column in bytes.
  package func place(_ offset: Int) -> (line: Int, column: Int) {
    JSONText.place(of: offset, in: bytes)
  }
}
