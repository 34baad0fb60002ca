/// The unfinished items that wait for themselves, directly or through others.
///
/// Only unfinished items count: a cycle through a finished one keeps nothing waiting. The search is linear in the
/// number of dependencies and walks without recursion, which a long chain could overflow.
package struct DependencyCycles: Sendable {
  private let targets: [[Int]]
  /// The component that a row belongs to, for rows that are in a cycle.
  private var component: [Int: Int] = [:]
  private var sizes: [Int] = []

  /// Above this size a way round is no longer searched for: nobody would read it.
  private static let longestShown = 64

  /// Finds every cycle of a backlog.
  package init(_ backlog: Backlog) {
    targets = (0..<backlog.count).map { row in
      guard backlog.isCandidate(at: row) else { return [] }
      return backlog.dependencies(at: row).compactMap { id in
        backlog.row(of: id).flatMap { backlog.isCandidate(at: $0) ? $0 : nil }
      }
    }
    findComponents()
  }

  /// Whether two rows wait for each other.
  func share(_ a: Int, _ b: Int) -> Bool {
    component[a].map { $0 == component[b] } ?? false
  }

  /// A shortest way from a row through others back to itself, both ends included; nil for a row in no cycle.
  func way(through row: Int) -> [Int]? {
    guard let own = component[row] else { return nil }
    guard sizes[own] <= Self.longestShown else { return [row, row] }
    var cameFrom: [Int: Int] = [:]
    var queue = [row]
    var head = 0
    while head < queue.count {
      let here = queue[head]
      head += 1
      for target in targets[here] where component[target] == own {
        if target == row {
          var way = [here]
          while let last = way.last, last != row, let previous = cameFrom[last] {
            way.append(previous)
          }
          return way.reversed() + [row]
        }
        if cameFrom[target] == nil {
          cameFrom[target] = here
          queue.append(target)
        }
      }
    }
    return nil
  }

  /// Tarjan's strongly connected components, with the call stack kept in an array.
  private mutating func findComponents() {
    var index = Array(repeating: -1, count: targets.count)
    var low = index
    var isOnStack = Array(repeating: false, count: targets.count)
    var stack: [Int] = []
    var calls: [(row: Int, edge: Int)] = []
    var counter = 0
    for root in targets.indices where index[root] < 0 && !targets[root].isEmpty {
      calls.append((root, 0))
      while let (row, edge) = calls.last {
        if edge == 0 {
          index[row] = counter
          low[row] = counter
          counter += 1
          stack.append(row)
          isOnStack[row] = true
        }
        if edge < targets[row].count {
          calls[calls.count - 1].edge += 1
          let target = targets[row][edge]
          if index[target] < 0 {
            calls.append((target, 0))
          } else if isOnStack[target] {
            low[row] = min(low[row], index[target])
          }
          continue
        }
        calls.removeLast()
        if let caller = calls.last { low[caller.row] = min(low[caller.row], low[row]) }
        guard low[row] == index[row] else { continue }
        var members: [Int] = []
        while let member = stack.popLast() {
          isOnStack[member] = false
          members.append(member)
          if member == row { break }
        }
        guard members.count > 1 || targets[row].contains(row) else { continue }
        for member in members { component[member] = sizes.count }
        sizes.append(members.count)
      }
    }
  }
}
