/// Lines with what bash really ran, found out with a stand-in for `alembic` first on PATH.
enum RecordedLines {
  /// Why a line that ran nothing here may be held up all the same.
  enum Leeway {
    /// bash refuses it; another shell, or another version, may not.
    case notShell
    /// Only a condition that is settled in the line itself, such as `true ||`, keeps it from running.
    case decidedElsewhere
    /// It would run at a terminal, or with other settings, start-up files, programs or repositories.
    case otherSettings
    /// It would run with other values of variables or other files than those of the test.
    case otherValues
  }

  /// Lines of shell alone, which ran a guarded command.
  static let ran: [String] =
    Array(
      [
        joinedRan, substitutionRan, quotingRan, redirectedRan, variablesRan, evaluatedRan,
        shellsRan, startedRan,
      ].joined())

  /// Lines of shell alone, which ran none.
  static let idle: [String] =
    Array(
      [
        joinedIdle, substitutionIdle, quotingIdle, redirectedIdle, variablesIdle, evaluatedIdle,
        shellsIdle, startedIdle,
      ].joined())

  /// Lines of shell alone, which ran none but might have.
  static let stricter: [(String, Leeway)] =
    Array(
      [
        joinedStricter, substitutionStricter, quotingStricter, variablesStricter, evaluatedStricter,
        shellsStricter, startedStricter,
      ].joined())
}
