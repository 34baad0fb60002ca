import JSONText
import TestSupport
import Testing

/// Operators' verbs are refused to what conductor itself has started, told by the system and not by the environment.
@Suite struct OperatorTests {
  /// Runs a script by a process of the name conductor that has the verb as its argument.
  ///
  /// It is a shell under another name: what counts is the name of the program that really runs.
  private func run(_ project: Project, under verb: String, _ script: String) throws -> Run {
    try project.shell(
      """
      mkdir -p inner && cp "$(readlink -f /bin/sh)" inner/conductor && cd inner &&
      printf '%s\\n' "$SCRIPT" > \(verb) && ./conductor \(verb); echo "ended $?"
      """, with: ["SCRIPT": script])
  }

  @Test("An ancestor of conductor's that guards refuses the verbs", arguments: ["exec", "loop"])
  func refused(_ verb: String) throws {
    let project = try Project.ruled([HouseRules.item("A", "Migrate it")])
    #expect(try project.conductor("next").exit == 2)
    for command in ["resume", "approve release --item A --by Robert"] {
      // Neither an empty environment nor a shell or two in between change what the process descends from.
      for way in ["\"$CONDUCTOR\"", "env -i \"$CONDUCTOR\"", "sh -c '\"$CONDUCTOR\" \"$@\"' x"] {
        let run = try run(project, under: verb, "\(way) --root .. \(command)\necho \"status $?\"")
        #expect(run.lines.contains("status 2"), "\(way) \(command) \(run)")
        #expect(run.err.contains("operator"), "\(run)")
      }
    }
    #expect(try project.conductor("next").exit == 2, "nothing was released")
    let reading = try run(
      project, under: verb, "\"$CONDUCTOR\" --root .. status > /dev/null; echo \"status $?\"")
    #expect(reading.lines.contains("status 0"), "\(reading)")
  }

  @Test("What conductor's own exec starts is refused, whatever stands between") func own() throws {
    let project = try Project.ruled([HouseRules.item("A", "Migrate it")])
    #expect(try project.conductor("next").exit == 2)
    try project.root.write(
      """
      env -i \(Program.path) resume; echo "status $?"
      setsid env -i \(Program.path) approve release --item A --by Robert; echo "status $?"
      \(Program.path) status > /dev/null; echo "status $?"
      """, "verbs.sh")
    let seen = try project.shell("\"$CONDUCTOR\" exec -- sh verbs.sh")
    #expect(seen.exit == 126 && seen.err.contains("conductor/operators-verb"), "\(seen)")
    // A shell under another name is a program of which nothing is known, so that its script is not read.
    let run = try project.shell(
      "cp \"$(readlink -f /bin/sh)\" runner && \"$CONDUCTOR\" exec -- ./runner verbs.sh")
    #expect(
      run.lines.filter { $0.hasPrefix("status") } == ["status 2", "status 2", "status 0"], "\(run)")
    #expect(try project.conductor("next").exit == 2, "nothing was released")
  }

  #if os(Linux)
    @Test("What has killed its keeper is no operator for as long as anything of the run lives")
    func orphaned() throws {
      let project = try Project(items: [Project.item("A")])
      #expect(try project.conductor("pause", "--reason", "CI is down").exit == 0)
      try project.root.write(
        """
        echo $$ > left.pid
        keeper=$PPID
        kill -9 "$keeper"
        while [ "$(cut -d' ' -f4 /proc/$$/stat)" = "$keeper" ]; do :; done
        env -i \(Program.path) resume 2> said; echo "status $?" > answer
        setsid -w env -i \(Program.path) resume; echo "status $?" >> answer
        """, "left.sh")
      let run = try project.shell(
        """
        cp "$(readlink -f /bin/sh)" runner; "$CONDUCTOR" exec -- ./runner left.sh
        # What has ended may stay in the table until somebody asks after it.
        while case "$(cut -d' ' -f3 "/proc/$(cat left.pid)/stat" 2> /dev/null)" in
          Z | '') false ;; esac; do sleep 0.02; done
        cat answer said
        """)
      #expect(run.lines.filter { $0.hasPrefix("status") } == ["status 2", "status 2"], "\(run)")
      #expect(run.out.contains("lives on from a guarded run"), "\(run)")
      #expect(try project.conductor("next").exit != 0, "still paused")
      #expect(try project.conductor("resume").exit == 0)
      #expect(try project.conductor("next").exit == 0)
    }
  #endif

  @Test("Without such an ancestor they are carried out") func allowed() throws {
    let project = try Project.ruled([HouseRules.item("A", "Migrate it")])
    #expect(try project.conductor("next").exit == 2)
    let run = try run(
      project, under: "other",
      "\"$CONDUCTOR\" --root .. approve release --item A --by Robert; echo \"status $?\"")
    #expect(run.lines.contains("status 0"), "\(run)")
    #expect(try project.conductor("resume").exit == 0)
  }

  @Test("A run state that nobody understands is told as such, also once it is written anew")
  func unreadable() throws {
    let project = try Project(items: [Project.item("A")])
    try project.root.write(#"{ "mode": "PR_ONLY" }"#, Project.statePath + "/state.json")
    let shown = try project.conductor("mode")
    #expect(shown.exit == 0 && shown.output.isEmpty, "\(shown)")
    #expect(shown.err.contains("counts as paused"), "\(shown)")
    #expect(try project.conductor("mode", "--json").json?["fault"]?.isNull == false)
    let resumed = try project.conductor("resume")
    #expect(resumed.exit == 0 && resumed.err.contains("set it again"), "\(resumed)")
    #expect(try project.conductor("mode").out.contains("no mode is set"))
  }

  @Test("Whoever leaves out the word set is told the whole command") func mode() throws {
    let run = try Project().conductor("mode", "PR_ONLY")
    #expect(run.exit == 64 && run.err.contains("conductor mode set PR_ONLY"), "\(run)")
    let count = try Project().conductor("loop", "--max-cycles", "-1")
    #expect(count.exit == 64 && count.err.contains("takes 0 or a whole number"), "\(count)")
  }
}
