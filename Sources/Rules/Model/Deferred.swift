import Synchronization

/// What is made when it is first asked for, and then kept.
struct Deferred<Value: AnyObject & Sendable>: Sendable {
  private let kept: Kept

  init(_ value: Value) { kept = Kept(.ready(value)) }

  init(_ make: @escaping @Sendable () -> Value) { kept = Kept(.open(make)) }

  // Nothing else is ever put in.
  var value: Value { unsafe unsafeDowncast(kept.value, to: Value.self) }
}

/// The same for any object, since making a generic class at its first use costs a start more than most values do.
private final class Kept: Sendable {
  enum State: Sendable {
    case ready(any AnyObject & Sendable)
    case open(@Sendable () -> any AnyObject & Sendable)
  }

  private let state: Mutex<State>

  init(_ state: State) { self.state = Mutex(state) }

  var value: any AnyObject & Sendable {
    state.withLock { state in
      switch state {
      case .ready(let value): return value
      case .open(let make):
        let value = make()
        state = .ready(value)
        return value
      }
    }
  }
}
