/// The processes that /proc shows at one moment; nobody where there is no /proc.
struct ProcessTable {
  /// One process.
  struct Person {
    var pid: Int32, parent: Int32, group: Int32, hasEnded: Bool
  }

  /// All of them, in no order.
  let people: [Person]

  /// Looks at all processes.
  init(_ files: Files) {
    let entries = (try? files.list("/proc")) ?? []
    people = entries.compactMap { entry in
      guard let pid = Int32(entry.name.string),
        let text = try? files.read("/proc" / entry.name / "stat", limit: 4096),
        // The second field is the program's name in parentheses, which may hold anything.
        let close = text.lastIndex(of: UInt8(ascii: ")"))
      else { return nil }
      let fields = text[(close + 1)...].split(separator: 32).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard fields.count > 3, let parent = Int32(fields[1]), let group = Int32(fields[2]) else {
        return nil
      }
      let hasEnded = fields[0] == "Z" || fields[0] == "X"
      return Person(pid: pid, parent: parent, group: group, hasEnded: hasEnded)
    }
  }

  /// The children of a process, ended ones included.
  func children(of pid: Int32) -> Set<Int32> {
    Set(people.filter { $0.parent == pid }.map(\.pid))
  }

  /// These processes and all who descend from them, but for some with theirs, as far as they live.
  func living(below roots: Set<Int32>, except others: Set<Int32> = []) -> [Person] {
    var family = roots
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for person in people where family.contains(person.parent) && !others.contains(person.pid) {
        if family.insert(person.pid).inserted { isGrowing = true }
      }
    }
    return people.filter { family.contains($0.pid) && !$0.hasEnded }
  }
}
