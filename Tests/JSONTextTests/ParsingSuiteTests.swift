import JSONText
import TestSupport
import Testing

/// JSONTestSuite, each file read in all three ways.
@Suite(.enabled(if: Suites.has("json/test_parsing"), "CONDUCTOR_SUITES names no JSONTestSuite"))
struct ParsingSuiteTests {
  private static let folder = "json/test_parsing"

  /// Accepted by the suite, refused here: two members of one name have no single meaning.
  private static let duplicates: Set = [
    "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
  ]

  /// What the suite leaves open, as it is decided here. docs/files.md says the same.
  private static let decisions: [String: Bool] = [
    "i_number_double_huge_neg_exp.json": true,
    "i_number_huge_exp.json": true,
    "i_number_neg_int_huge_exp.json": true,
    "i_number_pos_double_huge_exp.json": true,
    "i_number_real_neg_overflow.json": true,
    "i_number_real_pos_overflow.json": true,
    "i_number_real_underflow.json": true,
    "i_number_too_big_neg_int.json": true,
    "i_number_too_big_pos_int.json": true,
    "i_number_very_big_negative_int.json": true,
    "i_object_key_lone_2nd_surrogate.json": false,
    "i_string_1st_surrogate_but_2nd_missing.json": false,
    "i_string_1st_valid_surrogate_2nd_invalid.json": false,
    "i_string_UTF-16LE_with_BOM.json": false,
    "i_string_UTF-8_invalid_sequence.json": false,
    "i_string_UTF8_surrogate_U+D800.json": false,
    "i_string_incomplete_surrogate_and_escape_valid.json": false,
    "i_string_incomplete_surrogate_pair.json": false,
    "i_string_incomplete_surrogates_escape_valid.json": false,
    "i_string_invalid_lonely_surrogate.json": false,
    "i_string_invalid_surrogate.json": false,
    "i_string_invalid_utf-8.json": false,
    "i_string_inverted_surrogates_U+1D11E.json": false,
    "i_string_iso_latin_1.json": false,
    "i_string_lone_second_surrogate.json": false,
    "i_string_lone_utf8_continuation_byte.json": false,
    "i_string_not_in_unicode_range.json": false,
    "i_string_overlong_sequence_2_bytes.json": false,
    "i_string_overlong_sequence_6_bytes.json": false,
    "i_string_overlong_sequence_6_bytes_null.json": false,
    "i_string_truncated-utf-8.json": false,
    "i_string_utf16BE_no_BOM.json": false,
    "i_string_utf16LE_no_BOM.json": false,
    "i_structure_500_nested_arrays.json": true,
    "i_structure_UTF-8_BOM_empty_object.json": true,
  ]

  private func files(_ prefix: String) throws -> [String] {
    try Suites.list(Self.folder).filter { $0.hasPrefix(prefix) }
  }

  private func verdict(_ name: String) throws -> Verdict {
    let verdict = Verdict(try Suites.read("\(Self.folder)/\(name)"))
    #expect(verdict.isUnanimous, "\(name)")
    return verdict
  }

  @Test func acceptsWhatMustBeAccepted() throws {
    let names = try files("y_")
    #expect(names.count == 95)
    #expect(Self.duplicates.isSubset(of: names))
    for name in names {
      let verdict = try verdict(name)
      if Self.duplicates.contains(name) {
        #expect(verdict.document?.reason == .duplicateKey("a"), "\(name)")
      } else {
        #expect(verdict.document == nil, "\(name)")
      }
    }
  }

  @Test func refusesWhatMustBeRefused() throws {
    let names = try files("n_")
    #expect(names.count == 188)
    for name in names {
      #expect(try !verdict(name).isAccepted, "\(name)")
    }
  }

  @Test func decidesWhatIsLeftOpen() throws {
    let names = try files("i_")
    #expect(Set(names) == Set(Self.decisions.keys))
    for name in names {
      #expect(try verdict(name).isAccepted == Self.decisions[name], "\(name)")
    }
  }

  /// Everything accepted means the same after it was written anew.
  @Test func writesWhatItHasRead() throws {
    for name in try files("y_") + files("i_") {
      let bytes = try Suites.read("\(Self.folder)/\(name)")
      guard let document = try? Document(Bytes(bytes)) else { continue }
      let value = document.root.json
      #expect(try Document(Bytes(value.written())).root.json == value, "\(name)")
      #expect(try Document(Bytes(value.written(indent: nil))).root.json == value, "\(name)")
    }
  }
}
