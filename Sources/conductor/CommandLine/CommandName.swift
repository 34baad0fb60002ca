/// Which command is meant; the raw value is how it is typed.
///
/// A `switch` over it without a default makes the compiler say which command is not carried out yet.
enum CommandName: String, CaseIterable, Sendable {
  case next, submit, verify, close, release, renew, loop, exec
  case backlogList = "backlog list"
  case backlogShow = "backlog show"
  case backlogCheck = "backlog check"
  case backlogAdd = "backlog add"
  case checkCommand = "check command"
  case checkItem = "check item"
  case checkDiff = "check diff"
  case checkResponse = "check response"
  case checkEnvironment = "check env"
  case rulesList = "rules list"
  case rulesShow = "rules show"
  case rulesCheck = "rules check"
  case rulesTest = "rules test"
  case rulesExplain = "rules explain"
  case rulesExport = "rules export"
  case pluginList = "plugin list"
  case pluginTrust = "plugin trust"
  case pluginUntrust = "plugin untrust"
  case pluginCheck = "plugin check"
  case status, pause, resume, mode, approve
  case receiptsList = "receipts list"
  case receiptsShow = "receipts show"
  case receiptsVerify = "receipts verify"
  case initialize = "init"
  case doctor, completions, manual, version, help
  /// Judges one call of a tool for a coding agent's hook.
  case guardCall = "guard"

  /// The words that are typed, one or two.
  var words: [String] { rawValue.split(separator: " ").map(String.init) }
}
