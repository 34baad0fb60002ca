import JSONText

/// How far a condition holds, from not at all to certainly.
///
/// Both and either are the least and the greatest, so that a no or a yes decides as it does for `Truth`.
enum Degree: Int, Comparable {
  case no
  /// It depends on an argument or path that the line does not tell, as is everywhere in ordinary lines.
  case doubtful
  /// It depends on something else that cannot be told.
  case unknown
  case yes

  init(_ truth: Bool) { self = truth ? .yes : .no }

  static func < (a: Degree, b: Degree) -> Bool { a.rawValue < b.rawValue }

  /// What is unknown stays so, and what is doubtful makes no exception milder.
  var opposite: Degree {
    switch self {
    case .no: .yes
    case .yes: .no
    case .doubtful, .unknown: .unknown
    }
  }

  /// What can be said, without the reason for not knowing.
  var truth: Truth {
    switch self {
    case .no: .no
    case .yes: .yes
    case .doubtful, .unknown: .unknown
    }
  }
}

/// How far a condition holds, and the stretch of text that showed it.
struct Answer {
  var degree: Degree
  var saw: Text?
  /// What showed that it does not hold, or that it cannot be told.
  var lacks: Text?

  init(_ degree: Degree, saw: Text? = nil, lacks: Text? = nil) {
    self.degree = degree
    self.saw = saw
    self.lacks = lacks
  }

  init(_ truth: Bool, saw: Text? = nil) { self.init(Degree(truth), saw: truth ? saw : nil) }

  static let no = Answer(.no)
  static let unknown = Answer(.unknown)

  /// Both hold; the first stretch that either saw stands for it.
  func and(_ other: Answer) -> Answer {
    let degree = min(self.degree, other.degree)
    return Answer(
      degree, saw: degree == .no ? nil : saw ?? other.saw,
      lacks: (other.degree < self.degree ? other.lacks : lacks) ?? lacks ?? other.lacks)
  }

  /// Either holds; the one that holds further stands for it.
  func or(_ other: Answer) -> Answer {
    var answer = other.degree > degree ? other : self
    answer.lacks = answer.lacks ?? lacks ?? other.lacks
    return answer
  }

  /// The opposite, which shows what the other lacks.
  var opposite: Answer { Answer(degree.opposite, saw: lacks, lacks: saw) }
}

/// Why a rule could not be judged, although its set was loaded.
struct JudgingFault: Error {
  var text: Text
}
