extension SystemCalls {
  /// The calls of the real program: in a debug build with the fault that CONDUCTOR_FAULT names, in a
  /// release build never with one.
  static func real(_ environment: Environment) throws(Machine.StartError) -> SystemCalls {
    #if DEBUG
      let name = "CONDUCTOR_FAULT"
      if let text = environment[name] {
        guard let calls = planned(text) else {
          throw .variable(
            name: name, value: text, expected: "count, die@N, short@N or fail:ENOSPC@N")
        }
        return calls
      }
    #endif
    return SystemCalls()
  }

  #if DEBUG
    /// `count` prints the number of calls at the end; `die@N`, `short@N` and `fail:NAME@N` spoil call N.
    static func planned(_ text: String) -> SystemCalls? {
      if text == "count" {
        let calls = SystemCalls { _, _ in nil }
        calls.printCountAtExit()
        return calls
      }
      let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      guard parts.count == 2, let wanted = Int(parts[1]), wanted > 0,
        let fault = Fault(String(parts[0]))
      else { return nil }
      return SystemCalls { _, number in number == wanted ? fault : nil }
    }
  #endif
}

#if DEBUG
  extension SystemCalls.Fault {
    fileprivate init?(_ text: String) {
      switch text {
      case "die": self = .die
      case "short": self = .short
      default:
        guard text.hasPrefix("fail:") else { return nil }
        let name = String(text.dropFirst(5))
        guard let code = Code.named(name) ?? Int32(name) else { return nil }
        self = .fail(code)
      }
    }
  }
#endif
