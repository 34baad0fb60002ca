package import Evidence
package import JSONText
package import Machine

/// A receipt that an agent has left, as it was found.
package struct LeftReceipt: Sendable {
  /// Relative to the checkout's root where it lies below it.
  package var path: Path
  package var size: Int
  package var digest: Digest

  /// The form that `--json` and receipts share.
  package var json: JSON {
    [
      "path": .string(path.text), "size": .integer(size), "sha256": .string(digest.hex),
    ]
  }
}

/// The folder in which an agent leaves its receipts. Nothing that lies elsewhere counts, by whatever way it is named.
struct ReceiptFolder {
  /// The root of the checkout in which the work is done, without links.
  let root: Path
  /// The folder as the claim states it.
  let stated: Text
  let files: Files

  init(root: Path, stated: Text, files: Files) {
    self.root = (try? files.resolve(root)) ?? root
    self.stated = stated
    self.files = files
  }

  /// Why a receipt does not count.
  struct Objection: Error {
    var text: Text
  }

  /// The folder without links. One that is stated to lie in the checkout must really lie there.
  private func folder() throws(Objection) -> Path {
    let path = root / Path(stated)
    let real: Path
    do {
      real = try files.resolve(path)
    } catch {
      throw Objection(
        text: "the receipts directory " + stated
          + (error.isMissing ? " is not there" : " cannot be followed: " + error.words))
    }
    let isStatedInside = path.normalized.relative(to: root) != nil
    guard !isStatedInside || real.relative(to: root) != nil else {
      throw Objection(text: "the receipts directory " + stated + " leads out of the project")
    }
    return real
  }

  /// What a receipt that an answer names comes to.
  enum Finding {
    case receipt(LeftReceipt)
    /// Why it does not count, at its place in the answer.
    case fault(SchemaFinding)
  }

  /// Finds a receipt that an answer names, its digest compared where the answer states one.
  func find(_ stated: Answer.StatedReceipt) -> Finding {
    do throws(Objection) {
      let found = try find(stated.path.text)
      if let digest = stated.digest, Digest(hex: lowercased(digest.text)) != found.digest {
        let text = stated.path.text + " has the digest " + found.digest.hex
        return .fault(SchemaFinding(text + ", not this one", at: digest))
      }
      return .receipt(found)
    } catch {
      return .fault(SchemaFinding(error.text, at: stated.path))
    }
  }

  private func lowercased(_ hex: Text) -> [UInt8] {
    hex.bytes.map { (0x41...0x46).contains($0) ? $0 | 0x20 : $0 }
  }

  /// Finds the receipt that a path names, seen from the checkout's root.
  func find(_ spelling: Text) throws(Objection) -> LeftReceipt {
    let folder = try folder()
    let outside = Objection(
      text: spelling + " lies outside of the receipts directory " + stated
        + "; paths are seen from the project's root")
    let path = root / Path(spelling)
    let real: Path
    do {
      real = try files.resolve(path)
    } catch {
      guard error.isMissing else {
        throw Objection(text: spelling + " cannot be followed: " + error.words)
      }
      let isBelow = [folder, root / Path(stated)].contains {
        path.normalized.relative(to: $0) != nil
      }
      guard isBelow else { throw outside }
      throw Objection(text: spelling + " is not there")
    }
    guard let inside = real.relative(to: folder) else { throw outside }
    guard inside != ".", try kind(real, spelling) != .directory else {
      throw Objection(text: spelling + " is a directory, and a receipt is a file")
    }
    do {
      let image = try files.image(real, limit: Project.sizeLimit)
      let bytes = Bytes(image)
      return LeftReceipt(
        path: real.relative(to: root) ?? real, size: bytes.count, digest: SHA256.hash(bytes))
    } catch {
      throw Objection(text: spelling + " cannot be read: " + error.words)
    }
  }

  private func kind(
    _ path: Path, _ spelling: Text
  ) throws(Objection) -> FileIdentity.Kind? {
    do {
      return try files.identity(path)?.kind
    } catch {
      throw Objection(text: spelling + " cannot be read: " + error.words)
    }
  }
}
