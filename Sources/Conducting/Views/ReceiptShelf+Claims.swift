import Evidence
package import JSONText
package import Machine

extension ReceiptShelf {
  /// The newest receipt of a kind that a ledger lists about a claim, its path relative to the project's root; nil where
  /// there is none.
  ///
  /// Only a file with exactly the digest that its ledger states is believed. Receipts are read newest first, and none
  /// that is older than the claim's own.
  package func newest(
    kind: Text, item: Text, claim: Int, where isWanted: (Node) -> Bool = { _ in true }
  ) throws(Refusal) -> (path: Path, root: Node)? {
    for line in try listed() {
      guard let bytes = try receipt(line), let root = try? Document(Bytes(bytes)).root,
        root["item"]?.text == item, root["claim"]?["number"]?.integer == claim,
        let found = root["kind"]?.text
      else { continue }
      if found == kind, isWanted(root) {
        return (project.configuration.receipts / Path(line.path), root)
      }
      if found == "claim" { return nil }
    }
    return nil
  }

  /// The listed receipts of a kind that were written after another one, the newest first.
  func newer(than receipt: Path, kind: Text) throws(Refusal) -> [Node] {
    var found: [Node] = []
    for line in try listed() {
      if project.configuration.receipts / Path(line.path) == receipt { break }
      guard let bytes = try self.receipt(line), let root = try? Document(Bytes(bytes)).root,
        root["kind"]?.text == kind
      else { continue }
      found.append(root)
    }
    return found
  }

  /// The lines of all ledgers, the newest receipt first: each ledger in the order in which it was written, and what
  /// several writers have written by the times that the names begin with.
  func listed() throws(Refusal) -> [LedgerLine] {
    var rests: [ArraySlice<LedgerLine>]
    do {
      rests = try ledgers().map { $0.ledger.lines.map(\.line)[...] }
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    var lines: [LedgerLine] = []
    while true {
      rests.removeAll(where: \.isEmpty)
      guard rests.count > 1 else { return lines + (rests.first ?? []).reversed() }
      let newest = rests.indices.max { Self.time(of: rests[$0]) < Self.time(of: rests[$1]) }
      newest.flatMap { rests[$0].popLast() }.map { lines.append($0) }
    }
  }

  /// The part of the last receipt's name that says when it was written.
  private static func time(of lines: ArraySlice<LedgerLine>) -> Text {
    let name = lines.last.map { Path($0.path).name.bytes } ?? []
    return Text(bytes: Array(name.prefix(name.lastIndex(of: UInt8(ascii: "-")) ?? name.count)))
  }

  /// The bytes of a listed receipt; nil where it is gone, altered, or lies outside of conductor's own folder.
  func receipt(_ line: LedgerLine) throws(Refusal) -> [UInt8]? {
    guard !Path(line.path).isAbsolute, !Path(line.path).components.contains("..") else {
      return nil
    }
    do {
      let bytes = try files.readIfPresent(
        project.receipts / Path(line.path), limit: Project.smallSizeLimit)
      guard let bytes, SHA256.hash(bytes) == line.digest else { return nil }
      return bytes
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }
}
