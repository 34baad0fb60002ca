package import JSONText

extension RuleBook {
  /// Judges a command line as each set's shell would read it.
  package func judgement(
    ofCommand line: [UInt8], _ circumstances: Circumstances
  ) -> Judgement { Judgement() }

  /// Judges an argument vector as it is, without reading it as a line.
  package func judgement(
    ofVector vector: [Text], _ circumstances: Circumstances
  ) -> Judgement { Judgement() }

  /// Judges an item before it is handed out; the item is the one in the circumstances.
  package func judgement(ofItem item: Node, _ circumstances: Circumstances) -> Judgement {
    Judgement()
  }

  /// Judges changed files, each by itself and as part of the whole.
  package func judgement(
    ofChanges changes: [Change], _ circumstances: Circumstances
  ) -> Judgement { Judgement() }

  /// Judges what an agent answered: its analysis and each command that it proposes.
  package func judgement(
    ofAnalysis analysis: Text, commands: [Text], _ circumstances: Circumstances
  ) -> Judgement { Judgement() }

  /// Judges a fetch from the network by the sets that speak of hosts.
  package func judgement(ofFetch url: Text, _ circumstances: Circumstances) -> Judgement {
    Judgement()
  }

  /// The environment that a command line is aimed at.
  package func environment(
    ofCommand line: [UInt8], _ circumstances: Circumstances
  ) -> EnvironmentFinding { judgement(ofCommand: line, circumstances).environment }

  /// The programs that rules with a verdict above allow name, without wildcards.
  package var guardedPrograms: [Text] { [] }
}
