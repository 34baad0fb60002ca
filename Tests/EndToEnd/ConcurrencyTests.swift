import JSONText
import TestSupport
import Testing

/// Any number of processes at once, also while some of them are killed: no item twice, none lost.
@Suite struct ConcurrencyTests {
  @Test("two terminals, one item: exactly one gets it") func twoTerminals() throws {
    for _ in 0..<10 {
      let project = try Project(items: [Project.item("A")])
      let run = try project.shell(
        """
        "$CONDUCTOR" next --agent terminal1 > "$HOME/1" 2> "$HOME/err1" & first=$!
        "$CONDUCTOR" next --agent terminal2 > "$HOME/2" 2> "$HOME/err2"; second=$?
        wait $first; echo $? $second
        """)
      #expect(run.out == "0 3\n" || run.out == "3 0\n", "\(run)")
      let winner = run.out == "0 3\n" ? 1 : 2
      #expect(try project.item("A")["claim"]?.string("by") == "terminal\(winner)")
      #expect(try project.home.text("\(winner)").contains("Task ID: A"))
      #expect(try project.home.bytes("\(3 - winner)").isEmpty)
      try project.expectWhole()
    }
  }

  @Test("32 processes on 300 items: none twice, none lost, each with its receipt")
  func manyProcesses() throws {
    let ids = (1...300).map { "N\($0)" }
    let project = try Project(items: ids.map { Project.item($0) })
    let run = try project.shell(
      """
      for worker in $(seq 32); do
        (status=0
         # On a slow machine somebody may wait for the lock for too long, and is told to try again.
         while [ $status = 0 ] || [ $status = 75 ]; do
           "$CONDUCTOR" next --quiet --agent "w$worker" 2> "$HOME/err.$worker"; status=$?
         done > "$HOME/out.$worker") &
      done
      wait
      cat "$HOME"/out.* | sed -n 's/^Task ID: //p'
      """)
    #expect(run.lines.sorted() == ids.sorted())
    let document = try project.backlogDocument()
    let items = try #require(document["items"]?.elements)
    #expect(items.allSatisfy { $0.string("status") == "in_progress" })
    let numbers = items.compactMap { $0["claim"]?["number"]?.integer }
    #expect(numbers.sorted() == Array(1...300))
    #expect(document["history"]?.elements.compactMap { $0["claim"]?.integer } == Array(1...300))
    let receipts = try project.receipts()
    #expect(receipts.count == 332)
    #expect(receipts.count { $0.string("kind") == "refusal" } == 32)
    let claimed = receipts.compactMap { $0["claim"]?["number"]?.integer }
    #expect(claimed.sorted() == Array(1...300))
    let sums = try project.shell("cd \(Project.receiptsPath) && sha256sum --quiet -c ledger/*")
    #expect(sums.exit == 0 && sums.output.isEmpty, "\(sums)")
    try project.expectWhole()
    let ends = try project.shell(
      "cat \"$HOME\"/err.* | grep -v 'honour the guardrails' | sort | uniq -c")
    #expect(ends.lines.count == 1 && ends.out.contains("held"), "\(ends)")
  }

  /// Many different steps at once, some of them killed, on one project; what every round must keep.
  private struct Turmoil {
    let project: Project
    /// Claims whose prompt somebody has in hand, by number.
    var delivered: [Int: String] = [:]
    var released: Set<Int> = []
    let ids: [String]

    init(items: Int) throws {
      ids = (1...items).map { "N\($0)" }
      project = try Project(items: ids.map { Project.item($0) })
    }

    mutating func round(_ random: inout SeededRandom, _ round: Int) throws {
      let open = delivered.keys.filter { !released.contains($0) }.sorted()
      var script = ""
      for number in 0..<6 {
        var words = ["next", "--json", "--agent", "r\(round)-\(number)"]
        if !open.isEmpty, random.oneIn(3) {
          let claim = random.pick(open)
          let verb = random.oneIn(3) ? "renew" : "release"
          words = [verb, delivered[claim] ?? "", "--claim", "\(claim)", "--json"]
        }
        // From before the program has begun until after it has ended.
        let kill = "timeout -s KILL 0.0\(String(1000 + random.below(500)).dropFirst()) "
        script += (random.oneIn(3) ? "" : kill) + "\"$CONDUCTOR\" "
        script += words.joined(separator: " ") + " > \"$HOME/\(number)\" 2> /dev/null &\n"
      }
      try project.shell(script + "wait")
      for number in 0..<6 {
        let output = try project.home.bytes("\(number)")
        guard output.last == 0x0A, let answer = try? Document(Bytes(output)).root else { continue }
        let exit = try #require(answer["exit"]?.integer)
        #expect([0, 2, 3, 64].contains(exit), "\(String(decoding: output, as: UTF8.self))")
        switch answer.string("outcome") {
        case "claimed":
          let number = try #require(answer["claim"]?["number"]?.integer)
          #expect(delivered[number] == nil, "claim \(number) was handed out twice")
          delivered[number] = answer.string("item") ?? ""
        case "released": try released.insert(#require(answer["claim"]?["number"]?.integer))
        default: break
        }
      }
      try check("round \(round)")
    }

    func check(_ note: Comment) throws {
      // Before anything is settled the file is whole already.
      #expect(try Document(Bytes(project.backlog())).root["items"]?.elements.count == ids.count)
      let settle = try project.conductor("next", "--dry-run")
      #expect(settle.exit == 0 || settle.exit == 3, "\(note) \(settle)")
      let leftovers = project.root.files().filter {
        $0.hasSuffix(".conductor-tmp") && !$0.hasPrefix("_plans/.next-development")
          || $0.contains("saved-by")
      }
      #expect(leftovers == [], note)
      let doctor = try project.conductor("doctor", "--json")
      #expect(doctor.exit == 0, "\(note) \(doctor)")

      let document = try project.backlogDocument()
      let items = try #require(document["items"]?.elements)
      #expect(items.compactMap { $0.string("id") } == ids, note)
      let history = try #require(document["history"]?.elements)
      var open: [Int: String] = [:]
      for entry in history where entry["released_at"] == nil {
        open[try #require(entry["claim"]?.integer)] = entry.string("id")
      }
      var shown: [Int: String] = [:]
      for item in items where item.string("status") == "in_progress" {
        shown[try #require(item["claim"]?["number"]?.integer)] = item.string("id")
      }
      #expect(open == shown, "\(note): history and items disagree")
      #expect(Set(shown.values).count == shown.count, note)
      let numbers = history.compactMap { $0["claim"]?.integer }
      #expect(Set(numbers).count == numbers.count, "\(note): a number was given twice")
      for (number, id) in delivered {
        let entry = history.first { $0["claim"]?.integer == number }
        #expect(entry?.string("id") == id, "\(note): claim \(number) on \(id) is lost")
        if released.contains(number) { #expect(entry?["released_at"] != nil, note) }
      }
      let receipts = try project.receipts()
      let claims = receipts.filter { $0.string("kind") == "claim" && $0["dry_run"]?.bool == false }
      #expect(
        claims.compactMap { $0["claim"]?["number"]?.integer }.sorted() == numbers.sorted(),
        "\(note): claims and receipts disagree")
    }
  }

  @Test("Random kills in the midst of everything: no item twice, none lost, every claim on record")
  func randomKills() throws {
    var random = SeededRandom(5)
    let rounds = Program.rounds ?? 24
    var turmoil = try Turmoil(items: 12)
    var delivered = 0
    for round in 1...rounds {
      // A new project now and then, so that rounds do not grow with the past.
      if round % 25 == 0 {
        delivered += turmoil.delivered.count
        turmoil = try Turmoil(items: 12)
      }
      try turmoil.round(&random, round)
    }
    delivered += turmoil.delivered.count
    print("\(rounds) rounds with random kills, \(delivered) prompts delivered")
    #expect(delivered > 0)
    let run = try turmoil.project.conductor("backlog", "add", "--title", "last")
    #expect(run.exit == 0)
    try turmoil.project.expectWhole("after the last change nothing unfinished is left")
  }

  @Test("An editor that saves all the while loses nothing, and no item is handed out twice")
  func beside() throws {
    let ids = (1...20).map { "N\($0)" }
    let project = try Project(items: ids.map { Project.item($0) })
    let run = try project.shell(
      """
      backlog=\(Project.backlogPath)
      (for i in $(seq 40); do
         sed "s/\\"version\\": [0-9]*/\\"version\\": $i/" $backlog > "$HOME/edit" && cp "$HOME/edit" _plans/x~
         mv _plans/x~ $backlog; sleep 0.01
       done) &
      for worker in 1 2 3; do
        (while :; do
           "$CONDUCTOR" next --quiet 2>> "$HOME/err"; status=$?
           [ $status = 3 ] && exit; [ $status = 0 ] || [ $status = 75 ] || echo "status $status"
         done) &
      done
      wait
      """)
    let delivered = run.lines.filter { $0.hasPrefix("Task ID: ") }.map { String($0.dropFirst(9)) }
    #expect(Set(delivered).count == delivered.count, "an item was handed out twice: \(delivered)")
    #expect(delivered.sorted() == ids.sorted())
    #expect(!run.out.contains("status "), "\(run)")
    #expect(try project.backlogDocument()["version"]?.integer == 40, "the editor's last save")
    #expect(try project.conductor("receipts", "verify").exit == 0)
  }
}
