/// Durations and distances in time, in words that a person reads at a glance.
enum TimeWords {
  /// A length of time in its two largest units, such as `2h 5m`, `45s` or `3d`; negative counts as none.
  static func length(seconds: Int64) -> String {
    let total = max(0, seconds)
    let (days, hours) = (total / 86_400, total % 86_400 / 3_600)
    let (minutes, rest) = (total % 3_600 / 60, total % 60)
    if days > 0 { return joined(days, "d", hours, "h") }
    if hours > 0 { return joined(hours, "h", minutes, "m") }
    if minutes > 0 { return joined(minutes, "m", rest, "s") }
    return "\(rest)s"
  }

  /// How far an instant lies from now: `in 2h 5m`, `now`, `12 minutes ago`, `3 days ago`.
  ///
  /// Both are nanoseconds since 1970. What lies ahead is told in two units, because a lease is planned
  /// by it; what lies behind in one, because only its rough age matters.
  static func distance(to instant: Int64, from now: Int64) -> String {
    let (difference, overflow) = instant.subtractingReportingOverflow(now)
    let nanoseconds = overflow ? (instant < now ? Int64.min : Int64.max) : difference
    let seconds = nanoseconds / 1_000_000_000
    if seconds > 0 { return "in " + length(seconds: seconds) }
    if seconds > -1 { return "now" }
    return age(seconds: -seconds) + " ago"
  }

  /// The rough age of something in one unit: `1 second`, `12 minutes`, `3 days`, `2 years`.
  static func age(seconds: Int64) -> String {
    let units: [(Int64, String)] = [
      (31_557_600, "year"), (2_629_800, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute"),
    ]
    for (size, name) in units where seconds >= size { return counted(seconds / size, name) }
    return counted(max(0, seconds), "second")
  }

  /// A number with its noun, in the plural where it is not one.
  static func counted(_ number: Int64, _ noun: String) -> String {
    "\(number) \(noun)" + (number == 1 ? "" : "s")
  }

  private static func joined(
    _ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String
  ) -> String {
    small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit) \(small)\(smallUnit)"
  }
}
