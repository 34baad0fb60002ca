package import Evidence
package import JSONText

/// Why a step was refused or noted; a code never changes its meaning.
package enum ReasonCode: String, CaseIterable, Sendable {
  case configurationInvalid = "configuration-invalid"
  case rulesInvalid = "rules-invalid"
  case rulesOvertaken = "rules-overtaken"
  case noRules = "no-rules"
  case ruleStop = "rule-stop"
  case ruleDeny = "rule-deny"
  case ruleAsk = "rule-ask"
  case stopped = "stopped"
  case nothingJudged = "nothing-judged"
  case ruleUnknown = "rule-unknown"
  case ruleSetUnknown = "rule-set-unknown"
  case answerInvalid = "answer-invalid"
  case gitAbsent = "git-absent"
  case fileExists = "file-exists"
  case inputMissing = "input-missing"
  case notStopped = "not-stopped"
  case authorityInsufficient = "authority-insufficient"
  case approvalIgnored = "approval-ignored"
  case approvalIncomplete = "approval-incomplete"
  case signatureFailed = "signature-failed"
  case signerMissing = "signer-missing"
  case operatorOnly = "operator-only"
  case projectMissing = "project-missing"
  case pathOutside = "path-outside"
  case backlogInvalid = "backlog-invalid"
  case backlogMissing = "backlog-missing"
  case consentInvalid = "consent-invalid"
  case consentAbsent = "consent-absent"
  case consentExpired = "consent-expired"
  case consentUnknownKey = "consent-unknown-key"
  case paused = "paused"
  case runStateUnreadable = "run-state-unreadable"
  case modeDryRun = "mode-dry-run"
  case authenticityMissing = "authenticity-missing"
  case authenticityUnreadable = "authenticity-unreadable"
  case authenticityInvalid = "authenticity-invalid"
  case authenticityStale = "authenticity-stale"
  case trustBelowMinimum = "trust-below-minimum"
  case attentionFeeds = "attention-feeds"
  case ciMissing = "ci-missing"
  case ciUnreadable = "ci-unreadable"
  case ciInvalid = "ci-invalid"
  case ciFailing = "ci-failing"
  case nothingPending = "nothing-pending"
  case itemUnknown = "item-unknown"
  case planMismatch = "plan-mismatch"
  case held = "held"
  case claimUnreadable = "claim-unreadable"
  case statusNotPending = "status-not-pending"
  case statusUnknown = "status-unknown"
  case dependencyOpen = "dependency-open"
  case dependencyMissing = "dependency-missing"
  case dependencyCycle = "dependency-cycle"
  case notBefore = "not-before"
  case fieldType = "field-type"
  case notClaimed = "not-claimed"
  case staleClaim = "stale-claim"
  case claimSupervised = "claim-supervised"
  case claimNumberNeeded = "claim-number-needed"
  case released = "released"
  case undelivered = "undelivered"
  case interrupted = "interrupted"
  case notesStateGuardrails = "notes-state-guardrails"
  case executionRequired = "execution-required"
  case noVerification = "no-verification"
  case idTaken = "id-taken"
  case receiptUnknown = "receipt-unknown"
  case diffLimit = "diff-limit"
  case nothingChanged = "nothing-changed"
  case treeChanged = "tree-changed"
  case receiptMissing = "receipt-missing"
  case receiptChanged = "receipt-changed"
  case testFailed = "test-failed"
  case testTimedOut = "test-timed-out"
  case testLeftRunning = "test-left-running"
  case testNotStarted = "test-not-started"
  case testNotRun = "test-not-run"
  case noTests = "no-tests"
  case testsRequired = "tests-required"
  case claimHidden = "claim-hidden"
  case executorRequired = "executor-required"
  case executorUnknown = "executor-unknown"
  case executorUnavailable = "executor-unavailable"
  case applyForbidden = "apply-forbidden"
  case planNotConsented = "plan-not-consented"
  case triedInRun = "tried-in-run"
  case backingOff = "backing-off"
  case attemptsExhausted = "attempts-exhausted"
  case budgetCycles = "budget-cycles"
  case budgetMinutes = "budget-minutes"
  case budgetCost = "budget-cost"
  case costUnknown = "cost-unknown"
  case countersUnreadable = "counters-unreadable"
  case failuresInARow = "failures-in-a-row"
  case halted = "halted"
  case agentFailed = "agent-failed"
  case agentKilled = "agent-killed"
  case agentTimedOut = "agent-timed-out"
  case agentFlooded = "agent-flooded"
  case agentSilent = "agent-silent"
  case agentNoAnswer = "agent-no-answer"
  case worktreeFailed = "worktree-failed"
  case clockSetBack = "clock-set-back"
  case sinkFailed = "sink-failed"
  case pushFailed = "push-failed"
  case ownTreeChanged = "own-tree-changed"
  case modeWithoutEffect = "mode-without-effect"
  case runComplete = "run-complete"
  case modeSet = "mode-set"
  case modeForbids = "mode-forbids"
  case closed = "closed"
  case guardUnavailable = "guard-unavailable"
  case programMissing = "program-missing"
  case programUnusable = "program-unusable"
  case toolCallInvalid = "tool-call-invalid"
  case pluginMissing = "plugin-missing"
  case pluginChanged = "plugin-changed"
  case pluginUntrusted = "plugin-untrusted"
  case pluginSlow = "plugin-slow"
  case pluginCrashed = "plugin-crashed"
  case pluginOverlong = "plugin-overlong"
  case pluginInvalid = "plugin-invalid"
  case pluginFailed = "plugin-failed"
  case pluginUnmet = "plugin-unmet"
  case pluginUnknown = "plugin-unknown"
  case claimUnrecorded = "claim-unrecorded"
  case protectedChange = "protected-change"
  case outsideRoot = "outside-root"
  case changesForbidden = "changes-forbidden"
  case unmeasured = "unmeasured"
  case measured = "measured"
  case busy = "busy"
  case inputOutput = "input-output"
  case usage = "usage"
  case internalFault = "internal-fault"

  /// The status that a refusal for this reason ends with.
  package var exit: ExitCode {
    switch self {
    case .configurationInvalid, .rulesInvalid, .pathOutside: .wrongConfiguration
    case .projectMissing, .backlogMissing, .inputMissing: .missingFile
    case .backlogInvalid, .consentInvalid, .answerInvalid: .wrongContent
    case .consentAbsent, .consentExpired, .paused, .runStateUnreadable, .testsRequired,
      .modeForbids:
      .notPermitted
    case .receiptMissing, .receiptChanged, .diffLimit, .nothingChanged, .treeChanged, .testFailed,
      .testTimedOut, .testLeftRunning, .testNotStarted:
      .checkFailed
    case .authenticityMissing, .authenticityUnreadable, .authenticityInvalid, .authenticityStale,
      .trustBelowMinimum, .attentionFeeds, .ciMissing, .ciUnreadable, .ciInvalid, .ciFailing,
      .pluginUnmet:
      .prerequisiteUnmet
    case .nothingPending, .itemUnknown, .planMismatch, .held, .claimUnreadable, .statusNotPending,
      .statusUnknown, .dependencyOpen, .dependencyMissing, .dependencyCycle, .notBefore, .fieldType,
      .receiptUnknown, .ruleUnknown, .ruleSetUnknown, .pluginUnknown:
      .nothingEligible
    case .notClaimed, .staleClaim, .claimSupervised, .ruleStop, .ruleDeny, .stopped, .notStopped,
      .authorityInsufficient, .signatureFailed, .operatorOnly, .toolCallInvalid, .claimHidden,
      .claimUnrecorded, .protectedChange, .outsideRoot, .changesForbidden:
      .refused
    case .executorRequired, .applyForbidden, .budgetCycles, .budgetMinutes, .budgetCost,
      .costUnknown, .countersUnreadable, .failuresInARow, .halted:
      .notPermitted
    case .executorUnknown: .usage
    case .executorUnavailable, .worktreeFailed: .unavailable
    case .planNotConsented, .triedInRun, .backingOff: .nothingEligible
    case .attemptsExhausted, .agentFailed, .agentKilled, .agentTimedOut, .agentFlooded,
      .agentSilent, .agentNoAnswer:
      .checkFailed
    case .signerMissing, .gitAbsent, .guardUnavailable, .pluginMissing, .pluginChanged,
      .pluginUntrusted, .pluginSlow, .pluginCrashed, .pluginOverlong, .pluginInvalid:
      .unavailable
    case .clockSetBack, .sinkFailed, .pushFailed, .ownTreeChanged, .modeWithoutEffect, .runComplete,
      .modeSet:
      .done
    case .pluginFailed: .checkFailed
    case .ruleAsk, .nothingJudged, .unmeasured: .personMustDecide
    case .claimNumberNeeded, .idTaken, .fileExists, .usage: .usage
    case .programMissing: .noSuchProgram
    case .programUnusable: .startRefused
    case .busy: .busy
    case .undelivered, .interrupted, .inputOutput: .readingOrWritingFailed
    case .internalFault: .bug
    case .released, .consentUnknownKey, .modeDryRun, .notesStateGuardrails, .executionRequired,
      .noVerification, .measured, .rulesOvertaken, .noRules, .approvalIgnored, .approvalIncomplete,
      .noTests, .testNotRun, .closed:
      .done
    }
  }

  /// What the code means, for the reference.
  package var meaning: String {
    switch self {
    case .configurationInvalid: "The configuration does not parse, or says something it cannot say."
    case .rulesInvalid: "A rule set is missing, or does not load."
    case .rulesOvertaken:
      "What a rule set was reviewed against has changed, or cannot be compared. A warning."
    case .noRules: "No rule was asked, which is not a pass. A note."
    case .ruleStop: "A rule stops it, and a person has to look at it."
    case .ruleDeny: "A rule denies it."
    case .ruleAsk: "A rule wants a person to decide."
    case .nothingJudged: "No rule set is loaded, so that no rule was asked."
    case .ruleUnknown: "No loaded rule set has a rule of that name."
    case .ruleSetUnknown: "There is no rule set of that name."
    case .answerInvalid: "An agent's answer is not in the form that was asked for."
    case .gitAbsent: "Git cannot be asked: there is no git, or no checkout."
    case .inputMissing: "The file that is named on the command line is not there."
    case .fileExists: "The file that was to be written exists already."
    case .stopped: "A rule stopped the item earlier, and nobody has released it."
    case .notStopped: "The item is not stopped, so that nothing releases it."
    case .authorityInsufficient: "The actor may not grant the right."
    case .approvalIgnored: "A file looks like an approval and counts for nothing. A warning."
    case .approvalIncomplete: "An approval does not yet say all that a rule asks for. A note."
    case .signatureFailed: "An approval could not be signed, or not by the key that was expected."
    case .signerMissing: "There is no ssh-keygen to sign or to check with."
    case .operatorOnly: "Only an operator may do this, and never what conductor itself has started."
    case .projectMissing: "No project was found here or above."
    case .pathOutside: "A path of the configuration, or a link in it, leads outside the project."
    case .backlogInvalid: "The backlog does not parse, or cannot be trusted with a claim."
    case .backlogMissing: "There is no backlog where the project says it is."
    case .consentInvalid: "The consent does not parse, or a key has the wrong type."
    case .consentAbsent: "There is no consent for what was asked."
    case .consentExpired: "The consent's time has run out; it counts as absent."
    case .consentUnknownKey: "The consent has a key that means nothing. A warning."
    case .paused: "The project is paused."
    case .runStateUnreadable: "The run state cannot be read, which counts as paused."
    case .modeDryRun:
      "The mode allows nothing but artifacts, so that the run was a dry one. A note."
    case .authenticityMissing: "There is no authenticity summary."
    case .authenticityUnreadable: "The authenticity summary cannot be read or does not parse."
    case .authenticityInvalid: "The authenticity summary lacks a key, or a key has the wrong type."
    case .authenticityStale: "The authenticity summary is older than the backlog allows."
    case .trustBelowMinimum: "The overall trust is below the backlog's minimum."
    case .attentionFeeds: "A feed needs attention, and the backlog requires that none does."
    case .ciMissing: "There is no CI summary."
    case .ciUnreadable: "The CI summary cannot be read or does not parse."
    case .ciInvalid: "The CI summary has neither status nor exit code, or one of the wrong type."
    case .ciFailing: "The CI summary reports a failure, or contradicts itself."
    case .nothingPending: "No item is pending."
    case .itemUnknown: "There is no item with that id."
    case .planMismatch: "The next eligible item belongs to another plan than the one asked for."
    case .held: "Somebody else has claimed the item."
    case .claimUnreadable: "The item is in progress, and its claim cannot be read."
    case .statusNotPending: "The item's status is not pending."
    case .statusUnknown: "The item's status is a word that conductor does not know."
    case .dependencyOpen: "The item waits for another one that is not done."
    case .dependencyMissing: "The item waits for one that is not in the backlog."
    case .dependencyCycle: "The item waits for itself."
    case .notBefore: "The item's time has not come."
    case .fieldType: "A field of the item has a type that nobody can act on."
    case .notClaimed: "The item is not claimed."
    case .staleClaim: "The claim number is not that of the present claim."
    case .claimSupervised: "A loop keeps the claim, and closes the item itself."
    case .claimNumberNeeded:
      "The item was claimed more than once, so the claim's number must be given."
    case .released: "Somebody gave the item back, for the reason that is told."
    case .undelivered: "The prompt could not be delivered, so the claim was released again."
    case .interrupted: "The run was interrupted before it had done what was asked."
    case .notesStateGuardrails: "The notes contain text that looks like a guardrail. A warning."
    case .executionRequired: "The consent wants unattended work to go through an executor. A note."
    case .noVerification:
      "The project is not under git, so that nothing can be verified later. A note."
    case .idTaken: "An item with that id exists already."
    case .receiptUnknown: "There is no such receipt."
    case .diffLimit: "More lines were added and deleted than the claim allows."
    case .nothingChanged: "The work says that it is done, and nothing has changed."
    case .receiptMissing:
      "A receipt that an accepted answer names is gone, or cannot be read where it was."
    case .receiptChanged: "A receipt has changed since the answer that names it was accepted."
    case .treeChanged: "The working tree changed while it was being verified or closed."
    case .testFailed: "A test ended with a status other than 0, or by a signal."
    case .testTimedOut: "A test ran longer than it may, and was ended."
    case .testLeftRunning: "A test ended and left something running, which was ended, too."
    case .testNotStarted: "A test could not be started."
    case .testNotRun: "A test did not run, because something else had failed before. A note."
    case .noTests: "No test was asked for, so that none shows that the work is right. A warning."
    case .testsRequired: "The consent wants tests, and the claim names none."
    case .claimHidden: "The claim is open, and the backlog shows the item in another state."
    case .executorRequired:
      "The consent requires that unattended work goes through an executor, and none is named."
    case .executorUnknown: "The configuration has no executor of that name."
    case .executorUnavailable: "The program of an executor cannot be started."
    case .applyForbidden: "The consent or the mode does not let work reach the user's own tree."
    case .planNotConsented: "The consent limits unattended work to other plans than the item's."
    case .triedInRun: "The item was worked on in this run already."
    case .backingOff: "The last attempt failed, and the time for the next one has not come."
    case .attemptsExhausted: "As many attempts have failed as an item gets."
    case .budgetCycles: "The day's cycles are used up."
    case .budgetMinutes: "The run's minutes are used up."
    case .budgetCost: "The day's cost is used up."
    case .costUnknown: "The consent caps the cost, and what an agent cost is not known."
    case .countersUnreadable: "The counters of budgets and attempts cannot be read."
    case .failuresInARow:
      "As many cycles in a row have failed as the consent allows, so that the project is paused."
    case .halted: "Somebody asked the run to end."
    case .agentFailed: "The agent ended with a failure, or says that it failed."
    case .agentKilled: "The agent was ended by a signal that did not come from conductor."
    case .agentTimedOut: "The agent ran past its time and was ended."
    case .agentFlooded: "The agent printed more than is kept, and was ended."
    case .agentSilent: "The agent ended without a word."
    case .agentNoAnswer: "What the agent printed does not end with a JSON object."
    case .worktreeFailed: "The separate checkout for an agent could not be made or kept."
    case .clockSetBack:
      "The clock shows an earlier time than it has shown before; the later one counts for budgets. A warning."
    case .modeSet: "An operator has set the mode, for the reason that is told."
    case .runComplete: "The run went as far as it was asked to go."
    case .ownTreeChanged:
      "Files of the user's own tree changed while an agent worked in a separate checkout. A warning."
    case .modeWithoutEffect:
      "The mode is SELECTIVE_AUTO, and no loaded rule set names anything that it lets through. A warning."
    case .pushFailed:
      "The branch of proposed work could not be pushed to where the configuration says. A warning."
    case .sinkFailed: "An event could not be delivered. A warning."
    case .modeForbids: "The mode of the run does not allow it."
    case .closed: "The work stood up to its verification, and the item is done. A note."
    case .guardUnavailable: "Programs cannot be put under guard on this system, or at this place."
    case .programMissing: "There is no program of that name on the PATH."
    case .programUnusable: "The program is there, and the system does not run it."
    case .toolCallInvalid: "What an agent's hook sent is no call of a tool that could be judged."
    case .pluginMissing: "A file of a plugin is not there, or cannot be read."
    case .pluginChanged: "A file of a plugin has not the digest that the configuration declares."
    case .pluginUntrusted:
      "No operator has said that the plugin may be run as it is declared now."
    case .pluginSlow: "A plugin took longer than it may, and was ended."
    case .pluginCrashed:
      "A plugin could not be started, ended with another status than 0, or was ended."
    case .pluginOverlong: "A plugin printed more than it may."
    case .pluginInvalid: "What a plugin answered is not one document of the form of its protocol."
    case .pluginFailed: "A plugin that runs agents says that it failed, or brings no answer."
    case .pluginUnmet: "A plugin says that a prerequisite does not hold."
    case .pluginUnknown: "The configuration declares no plugin of that name."
    case .claimUnrecorded: "No listed receipt records the claim, so that nothing can be measured."
    case .protectedChange: "Something changed that only an operator may change."
    case .changesForbidden: "The level of the work lets no file change, and some have changed."
    case .outsideRoot: "The work changed something outside of the project's root."
    case .unmeasured: "What became of a path cannot be measured."
    case .measured: "Something odd in what was measured. A note."
    case .busy: "Another process held the lock for too long, or the backlog kept changing."
    case .inputOutput: "Reading or writing failed."
    case .usage: "The command line is wrong."
    case .internalFault: "Something happened that the program holds impossible."
    }
  }

  /// The reason with a sentence of its own.
  package func reason(_ text: Text) -> Reason { Reason(code: Text(rawValue), text: text) }
}

/// Why a command does not do what was asked: reasons, the status they lead to, and what to do next.
package struct Refusal: Error, Sendable {
  /// Everything that stands in the way, the deciding reason first.
  package var reasons: [Reason]
  /// The status that the program ends with.
  package var exit: ExitCode
  /// What the reader can do about it.
  package var hint: Text?

  /// States a refusal for one reason.
  package init(_ code: ReasonCode, _ text: Text, hint: Text? = nil) {
    reasons = [code.reason(text)]
    exit = code.exit
    self.hint = hint
  }

  /// States a refusal for several reasons; the status that takes precedence decides, and its reason leads.
  package init(_ reasons: [(code: ReasonCode, text: Text)], hint: Text? = nil) {
    let order = ExitCode.precedence
    let ranked = reasons.enumerated().sorted { a, b in
      let rankA = order.firstIndex(of: a.element.code.exit) ?? order.count
      let rankB = order.firstIndex(of: b.element.code.exit) ?? order.count
      return (rankA, a.offset) < (rankB, b.offset)
    }
    self.reasons = ranked.map { $0.element.code.reason($0.element.text) }
    exit = ranked.first?.element.code.exit ?? .bug
    self.hint = hint
  }
}
