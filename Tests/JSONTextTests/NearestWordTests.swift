import JSONText
import TestSupport
import Testing

@Suite struct NearestWordTests {
  @Test(arguments: [
    ("next", "next", 0), ("nxt", "next", 1), ("enxt", "next", 1), ("nextt", "next", 1),
    ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("ca", "abc", 3),
  ])
  func countsChanges(_ left: String, _ right: String, _ distance: Int) {
    #expect(NearestWord.distance(Array(left.utf8), Array(right.utf8)) == distance)
  }

  @Test func distanceIsSymmetricAndNeverMoreThanTheLongerWord() {
    var random = SeededRandom(61)
    for _ in 0..<1_000 {
      let words = (0..<2).map { _ in
        (0..<Int.random(in: 0...8, using: &random)).map { _ in
          UInt8.random(in: 97...100, using: &random)
        }
      }
      let distance = NearestWord.distance(words[0], words[1])
      #expect(distance == NearestWord.distance(words[1], words[0]))
      #expect(distance <= max(words[0].count, words[1].count))
      #expect(distance >= abs(words[0].count - words[1].count))
      #expect((distance == 0) == (words[0] == words[1]))
    }
  }

  @Test func namesTheNearestOnly() {
    #expect(NearestWord.find("resme", among: ["resume", "release", "renew"]) == ["resume"])
    #expect(NearestWord.find("re", among: ["resume", "release"]) == [])
    #expect(NearestWord.find("rel", among: ["resume", "release"]) == ["release"])
    #expect(NearestWord.find("zzz", among: ["resume"]) == [])
    #expect(NearestWord.find("", among: ["a"]) == [])
    #expect(NearestWord.find("lits", among: ["list", "list"]) == ["list"])
  }
}
