/// Why a value is not what its flag or argument takes.
enum ValueFault: Equatable, Sendable {
  /// It is empty, or nothing but spaces.
  case blank
  /// It holds a control character, which this value must not.
  case controlCharacter(Unicode.Scalar)
  /// It is no whole number in plain decimal.
  case notACount
  /// It is neither 0 nor a whole number in plain decimal.
  case notALimit
  /// It is a plain number, but with zeros before it.
  case leadingZero
  /// It is 0, where at least 1 is needed.
  case zero
  /// It is a number that nothing can count up to.
  case tooLarge
  /// It is no number with one of the units s, m, h and d.
  case notADuration
  /// It is longer than a hundred years.
  case tooLong
  /// It is none of the words that are possible here.
  case notAmong([String])
  /// Something that only the command could see, as a sentence that follows the value.
  case other(String)
}

/// What typed values mean, and whether they are acceptable at all.
enum ValueCheck {
  /// The longest duration that is accepted, in seconds: a hundred years of 365 days.
  ///
  /// So no time that is reached by adding one to the present can overflow.
  static let longestDuration: Int64 = 36_500 * 86_400

  /// A whole number above 0 in plain decimal: ASCII digits only, no sign, no spaces, no leading zero.
  ///
  /// A leading zero is refused because some programs would read 010 as 8, and the number is passed on
  /// to agents exactly as it was typed.
  static func count(_ typed: String) throws(ValueFault) -> Int {
    let digits = Array(typed.utf8)
    guard !digits.isEmpty, digits.allSatisfy(isDigit) else { throw .notACount }
    guard digits.contains(where: { $0 != 0x30 }) else { throw .zero }
    guard digits.first != 0x30 else { throw .leadingZero }
    guard let number = Int(typed) else { throw .tooLarge }
    return number
  }

  /// A whole number in plain decimal as `count` takes it, or 0.
  static func limit(_ typed: String) throws(ValueFault) -> Int {
    do throws(ValueFault) {
      return typed.isSpelled("0") ? 0 : try count(typed)
    } catch .notACount {
      throw .notALimit
    }
  }

  /// A number above 0 with exactly one unit: `90s`, `45m`, `2h` or `1d`.
  static func duration(_ typed: String) throws(ValueFault) -> Duration {
    let size: Int64
    switch typed.utf8.last {
    case UInt8(ascii: "s"): size = 1
    case UInt8(ascii: "m"): size = 60
    case UInt8(ascii: "h"): size = 3_600
    case UInt8(ascii: "d"): size = 86_400
    default: throw .notADuration
    }
    let number: Int
    do throws(ValueFault) {
      number = try count(String(decoding: typed.utf8.dropLast(), as: UTF8.self))
    } catch {
      switch error {
      case .zero, .leadingZero: throw error
      case .tooLarge: throw .tooLong
      default: throw .notADuration
      }
    }
    let (seconds, overflow) = Int64(number).multipliedReportingOverflow(by: size)
    guard !overflow, seconds <= longestDuration else { throw .tooLong }
    return .seconds(seconds)
  }

  /// Sees to it that a value suits its kind, without changing it.
  static func text(_ typed: String, _ kind: ValueKind) throws(ValueFault) {
    if kind == .anything { return }
    if typed.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) { throw .blank }
    switch kind {
    case .text, .item, .directory, .file, .topic, .anything: return
    case .line, .time:
      if let control = typed.unicodeScalars.first(where: Printable.isControl) {
        throw .controlCharacter(control)
      }
    case .count: _ = try count(typed)
    case .limit: _ = try limit(typed)
    case .duration: _ = try duration(typed)
    case .choice(let words):
      if !words.contains(where: { $0.isSpelled(typed) }) { throw .notAmong(words) }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension ValueFault: Error {}
