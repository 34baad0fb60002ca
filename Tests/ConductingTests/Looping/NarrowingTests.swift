import JSONText
import TestSupport
import Testing

@testable import Conducting

@Suite("Consent during a run") struct NarrowingTests {
  private func consent(_ random: inout SeededRandom) -> Consent {
    func count(_ random: inout SeededRandom) -> Int? { random.oneIn(3) ? nil : random.below(5) + 1 }
    var consent = Consent()
    consent.autoEnabled = random.oneIn(2)
    consent.continuous = random.oneIn(2)
    consent.requireExecute = random.oneIn(2)
    consent.requireTests = random.oneIn(2)
    consent.allowApply = random.oneIn(2)
    consent.haltOnAttentionFeeds = random.oneIn(2)
    consent.haltOnCIFailure = random.oneIn(2)
    consent.maxIterations = random.below(4)
    consent.budget.cyclesPerDay = count(&random)
    consent.budget.minutesPerRun = count(&random).map { Double($0) }
    consent.budget.costPerDay = count(&random).flatMap { Amount(Number($0)) }
    consent.budget.failuresInARow = count(&random)
    return consent
  }

  /// Whether everything that one allows is allowed by the other.
  private func isWithin(_ one: Consent, _ other: Consent) -> Bool {
    func holds<Value: Comparable>(_ a: Value?, _ b: Value?) -> Bool {
      guard let b else { return true }
      return a.map { $0 <= b } ?? false
    }
    func cycles(_ consent: Consent) -> Int {
      consent.maxIterations == 0 ? .max : consent.maxIterations
    }
    return (!one.autoEnabled || other.autoEnabled) && (!one.continuous || other.continuous)
      && (one.requireExecute || !other.requireExecute) && (one.requireTests || !other.requireTests)
      && (!one.allowApply || other.allowApply)
      && (one.haltOnAttentionFeeds || !other.haltOnAttentionFeeds)
      && (one.haltOnCIFailure || !other.haltOnCIFailure) && cycles(one) <= cycles(other)
      && holds(one.budget.cyclesPerDay, other.budget.cyclesPerDay)
      && holds(one.budget.minutesPerRun, other.budget.minutesPerRun)
      && holds(one.budget.costPerDay, other.budget.costPerDay)
      && holds(one.budget.failuresInARow, other.budget.failuresInARow)
  }

  @Test("What holds never goes beyond the start nor beyond the present, and what both allow holds")
  func narrowing() {
    var random = SeededRandom(202)
    for _ in 0..<2000 {
      let (start, now) = (consent(&random), consent(&random))
      let narrow = now.narrowed(to: start)
      #expect(isWithin(narrow, start) && isWithin(narrow, now))
      #expect(now.narrowed(to: now) == now)
    }
  }

  @Test("Plans are covered by their patterns, and by nothing where a pattern is none") func plans()
  {
    var consent = Consent()
    #expect(consent.covers("any") && consent.covers(nil))
    consent.plans = ["2025-*", "exact"]
    #expect(consent.covers("2025-11-x") && consent.covers("exact"))
    #expect(!consent.covers("2026-x") && !consent.covers(nil) && !consent.covers("exactly"))
    consent.plans = [""]
    #expect(!consent.covers("any"))
    consent.plans = []
    #expect(!consent.covers("any"))
  }
}
