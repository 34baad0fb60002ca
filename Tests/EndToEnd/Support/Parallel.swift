import Machine

/// Runs a body so many times at once, each in a thread of its own, and returns what they returned in order.
func inParallel<Result: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (Int) -> Result
) -> [Result] {
  parallel(0..<count, body)
}

private func parallel<Result: Sendable>(
  _ range: Range<Int>, _ body: @escaping @Sendable (Int) -> Result
) -> [Result] {
  if range.count <= 1 { return range.map(body) }
  let middle = range.lowerBound + range.count / 2
  let (first, second) = concurrently(
    { parallel(range.lowerBound..<middle, body) }, { parallel(middle..<range.upperBound, body) })
  return first + second
}
