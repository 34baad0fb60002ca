import Conducting
import JSONText
import Machine

/// The program: arguments in, one command, an exit status out.
@main
struct Program {
  /// The version that `conductor version` prints and receipts name.
  static let version = "0.1.0"

  static func main() {
    if let shim = ShimStart() { terminate(shim.run().rawValue) }
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard Invocation.names(.guardCall, in: arguments) else { terminate(run(arguments).rawValue) }
    GuardCommand.prepare()
    terminate(GuardCommand.status(run(arguments)).rawValue)
  }

  private static func run(_ arguments: [String]) -> ExitCode {
    let machine: Machine
    do {
      machine = try Machine.real()
    } catch {
      return Failure(startError: error).tell(asJSON: Invocation.asksForJSON(arguments), output: nil)
    }
    let output = machine.output
    do {
      let request = try Request.read(arguments)
      try Signals.watch(calls: machine.calls)
      return try Session(machine, request).run()
    } catch let error as UsageError {
      return Failure(error).tell(asJSON: Invocation.asksForJSON(arguments), output: output)
    } catch let refusal as Refusal {
      return Failure(refusal).tell(asJSON: Invocation.asksForJSON(arguments), output: output)
    } catch let error as SystemError {
      return Failure(Refusal(error)).tell(asJSON: Invocation.asksForJSON(arguments), output: output)
    } catch let closed as Session.Closed {
      return closed.status
    } catch {
      let refusal = Refusal(.internalFault, "an error of an unknown kind: " + Text("\(error)"))
      return Failure(refusal).tell(asJSON: Invocation.asksForJSON(arguments), output: output)
    }
  }
}
