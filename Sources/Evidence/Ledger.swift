package import JSONText

/// One line of a ledger: what a receipt's bytes hash to, and where it lies below conductor's own folder.
package struct LedgerLine: Equatable, Sendable {
  /// The digest that the receipt had when it was recorded.
  package let digest: Digest
  /// The receipt's path, relative to the folder in which `sha256sum -c` is run.
  package let path: Text

  /// Pairs a digest with the path that it speaks of.
  package init(digest: Digest, path: Text) {
    self.digest = digest
    self.path = path
  }

  /// The line as `sha256sum` writes it, newline included.
  package var bytes: [UInt8] { digest.hex.bytes + Array("  ".utf8) + path.bytes + [0x0A] }

  /// Reads one line without its newline; nil where `sha256sum -c` would not take it for a plain line either.
  package init?(_ line: ArraySlice<UInt8>) {
    guard line.count > 66, let digest = Digest(hex: Array(line.prefix(64))),
      line.dropFirst(64).prefix(2).elementsEqual("  ".utf8)
    else { return nil }
    self.digest = digest
    path = Text(bytes: Array(line.dropFirst(66)))
  }
}

/// The append-only list of the receipts that one writer recorded.
package struct Ledger: Sendable {
  /// The well-formed lines with their numbers, counted from 1.
  package private(set) var lines: [(number: Int, line: LedgerLine)] = []
  /// The numbers of lines that are not in the ledger's form.
  package private(set) var malformed: [Int] = []
  /// Whether the last line lacks its newline, as an interrupted append leaves it.
  package private(set) var isTorn = false
  /// How many bytes the whole lines take, and how many lines they are.
  private var size = 0
  private var count = 0

  /// A ledger without lines.
  package init() {}

  /// Reads a ledger's bytes; what is wrong in them is kept as findings, since a reader must see all of it.
  package init(_ bytes: [UInt8]) { read(on: Bytes(bytes)) }

  /// Reads on in the bytes of a file of which this ledger has read the beginning.
  package mutating func read(on bytes: Bytes) {
    while let end = bytes.firstIndex(of: 0x0A, from: size) {
      count += 1
      if let line = LedgerLine(bytes[size..<end].array[...]) {
        lines.append((count, line))
      } else {
        malformed.append(count)
      }
      size = end + 1
    }
    isTorn = size < bytes.count
  }
}

/// One thing that an audit of the receipts found wrong.
package struct AuditFinding: Equatable, Sendable {
  /// What is wrong, in a word that never changes its meaning.
  package enum Kind: String, Sendable {
    case missing, changed, unlisted, unreadable
    case malformedLine = "malformed-line"
    case tornLine = "torn-line"
    case listedTwice = "listed-twice"
    case outside
  }

  /// What is wrong.
  package let kind: Kind
  /// The receipt, or the ledger, that it is wrong with.
  package let path: Text
  /// The ledger and line that say so, where one does.
  package let ledger: Text?
  /// The line's number, counted from 1.
  package let line: Int?

  /// States a finding.
  package init(kind: Kind, path: Text, ledger: Text? = nil, line: Int? = nil) {
    self.kind = kind
    self.path = path
    self.ledger = ledger
    self.line = line
  }
}

/// Holds ledgers against the files that are really there.
package struct Audit: Sendable {
  /// What was found of one listed file.
  package enum Found: Equatable, Sendable {
    case digest(Digest)
    case missing
    case unreadable
  }

  /// How many lines were checked.
  package private(set) var checked = 0
  /// Everything that does not agree, in the order in which it was met.
  package private(set) var findings: [AuditFinding] = []
  private var listed: Set<Text> = []

  /// Begins with nothing checked.
  package init() {}

  /// Checks each line of a ledger; `found` answers what lies at a path below conductor's own folder.
  package mutating func check(_ ledger: Ledger, name: Text, found: (Text) -> Found) {
    for (number, line) in ledger.lines {
      checked += 1
      func note(_ kind: AuditFinding.Kind) {
        findings.append(
          AuditFinding(kind: kind, path: line.path, ledger: name, line: number))
      }
      guard Self.staysInside(line.path) else {
        note(.outside)
        continue
      }
      guard listed.insert(line.path).inserted else {
        note(.listedTwice)
        continue
      }
      switch found(line.path) {
      case .digest(line.digest): break
      case .digest: note(.changed)
      case .missing: note(.missing)
      case .unreadable: note(.unreadable)
      }
    }
    for number in ledger.malformed {
      findings.append(
        AuditFinding(kind: .malformedLine, path: name, ledger: name, line: number))
    }
    if ledger.isTorn {
      findings.append(AuditFinding(kind: .tornLine, path: name, ledger: name))
    }
  }

  /// Names each present file that no ledger lists; called after the last ledger was checked.
  package mutating func finish(present: [Text]) {
    for path in present.sorted() where !listed.contains(path) {
      findings.append(AuditFinding(kind: .unlisted, path: path))
    }
  }

  /// A line that leads out of the folder is never followed: the file behind it is nobody's receipt.
  private static func staysInside(_ path: Text) -> Bool {
    guard let first = path.bytes.first, first != UInt8(ascii: "/") else { return false }
    return path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .allSatisfy { !$0.isEmpty && !$0.elementsEqual("..".utf8) && !$0.elementsEqual(".".utf8) }
  }
}
