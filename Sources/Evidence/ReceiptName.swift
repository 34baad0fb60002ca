package import JSONText

/// The name of a receipt: when it was made, and eight hexadecimal digits that tell two of one moment apart.
package struct ReceiptName: Hashable, Sendable {
  /// The moment that the name speaks of, to the millisecond.
  package let time: Timestamp
  /// The last part of the name, which only has to differ.
  package let suffix: UInt32

  /// Names a receipt of a moment.
  package init(time: Timestamp, suffix: UInt32) {
    self.time = time
    self.suffix = suffix
  }

  /// The eight digits, which `receipts show` takes as a short name.
  package var short: Text {
    let digits = String(suffix, radix: 16)
    return Text(String(repeating: "0", count: 8 - digits.utf8.count) + digits)
  }

  /// The name without its ending, by which receipts speak of each other.
  package var id: Text { "conductor-" + time.compact + "-" + short }

  /// The path below conductor's own folder: a folder for each month keeps folders small.
  package var path: Text { time.month + "/" + id + ".json" }
}
