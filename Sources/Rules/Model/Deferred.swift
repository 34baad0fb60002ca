import Synchronization

/// What is made when it is first asked for, and then kept.
final class Deferred<Value: Sendable>: Sendable {
  private enum State: Sendable {
    case ready(Value)
    case open(@Sendable () -> Value)
  }

  private let state: Mutex<State>

  init(_ value: Value) { state = Mutex(.ready(value)) }

  init(_ make: @escaping @Sendable () -> Value) { state = Mutex(.open(make)) }

  var value: Value {
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
