package import JSONText

/// What the program refuses by itself, whatever sets are loaded; findings name it `conductor/…`.
package enum OwnRule: String, CaseIterable, Sendable {
  case notUnderstood = "not-understood"
  case inlineCode = "inline-code"
  case unlistedTarget = "unlisted-target"
  case unreadScript = "unread-script"
  case protectedPath = "protected-path"
  case operatorsVerb = "operators-verb"
  case diffLimit = "diff-limit"
  case hiddenFile = "hidden-file"
  case unknownTool = "unknown-tool"
  case unresolvedPath = "unresolved-path"
  case outsideProject = "outside-project"
  case judgeError = "judge-error"

  /// The name that findings bear.
  package var name: Text { "conductor/" + Text(rawValue) }

  /// The verdicts that it may give, the milder first.
  package var verdicts: [Verdict] {
    switch self {
    case .notUnderstood, .inlineCode, .protectedPath: [.ask, .stop]
    case .unlistedTarget, .unreadScript, .unknownTool, .unresolvedPath, .outsideProject: [.ask]
    case .diffLimit, .hiddenFile: [.deny]
    case .operatorsVerb: [.ask, .stop]
    case .judgeError: [.stop]
    }
  }

  /// When it speaks, and why.
  package var meaning: Text {
    switch self {
    case .notUnderstood:
      "A part of a command line cannot be told, such as the program of `$TOOL run`. It is a stop where that part names a program that a loaded rule guards."
    case .inlineCode:
      "A command line holds code in another language that is not wholly known. It is a stop where code names a program that a loaded rule guards, as in `python -c`."
    case .unlistedTarget:
      "A target of make, npm or just that no loaded set lists: nobody can tell what it would run."
    case .unreadScript: "A script that a shell would run cannot be read, or not to its end."
    case .protectedPath:
      "Consent, configuration, rule sets, summaries, the backlog, conductor's own folder, or the settings of git and of agents would be changed. These are the operator's. It is an ask where that cannot be told: a program of which it is not known that it only reads is given such a path, code in another language names one, or a command may change files that it does not name."
    case .operatorsVerb:
      "A command line would decide for the operator, by `conductor approve`, `resume`, `mode set`, `plugin trust` or `contract grant`, or would end conductor. Where its arguments do not tell, it is asked about."
    case .hiddenFile:
      "A file that git was told to look away from, by `git update-index --assume-unchanged` or `--skip-worktree`, is not as the commit has it, so that a diff would not show it."
    case .diffLimit: "A change adds and deletes more lines than it may."
    case .unknownTool: "The guard was asked about a tool that it does not know."
    case .unresolvedPath: "The guard was asked about a path whose links cannot be followed."
    case .outsideProject: "The guard was asked about a path outside the project."
    case .judgeError: "Judging itself failed, which counts as refused."
    }
  }
}
