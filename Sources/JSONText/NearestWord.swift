/// Finds what somebody probably meant to type.
package enum NearestWord {
  /// The known words nearest to a typed one, the nearest first; none where nothing is near.
  ///
  /// A word is near when few letters have to be changed, added, left out or swapped with a neighbour,
  /// or when the typed word is its beginning.
  package static func find(_ typed: String, among known: [String]) -> [String] {
    let word = letters(typed)
    // Longer than any word that could be meant, and the table of distances grows with the length.
    guard !word.isEmpty, word.count <= 64 else { return [] }
    var found: [(distance: Int, word: String)] = []
    for candidate in known where !found.contains(where: { $0.word == candidate }) {
      let other = letters(candidate)
      let distance = distance(word, other)
      if distance <= max(1, min(word.count, other.count) / 3) {
        found.append((distance, candidate))
      } else if word.count >= 3, other.starts(with: word) {
        found.append((word.count, candidate))
      }
    }
    guard let nearest = found.map(\.distance).min() else { return [] }
    return found.filter { $0.distance == nearest }.prefix(3).map(\.word)
  }

  /// How many single changes lead from one word to the other, a swap of neighbours counting as one.
  package static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var current = [i + 1]
      for (j, b) in right.enumerated() {
        var best = min(last[j] + (a == b ? 0 : 1), last[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
          best = min(best, beforeLast[j - 1] + 1)
        }
        current.append(best)
      }
      (beforeLast, last) = (last, current)
    }
    return last.last ?? left.count
  }

  // ASCII capitals count as small letters, since a capital is never what makes a word unknown.
  private static func letters(_ word: String) -> [UInt8] {
    word.utf8.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 }
  }
}
