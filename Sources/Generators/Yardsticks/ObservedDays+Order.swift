import Metrics

extension ObservedDays {
  /// (stretch, row) of every day with a market return, from the worst to the best.
  func byMarketReturn() -> [(stretch: Int, row: Int)] {
    let all = stretches.enumerated().flatMap { index, moves in
      moves.marketReturns.enumerated().map { (stretch: index, row: $0, marketReturn: $1) }
    }
    return all.filter { !$0.marketReturn.isNaN }
      .sorted { ($0.marketReturn, $0.stretch, $0.row) < ($1.marketReturn, $1.stretch, $1.row) }
      .map { ($0.stretch, $0.row) }
  }

  /// First days of all windows of so many days inside a stretch, from the worst market return over
  /// the window to the best; an unknown return counts as 0.
  func windowsByMarketReturn(of length: Int) -> [(stretch: Int, row: Int)] {
    var windows: [(stretch: Int, row: Int, marketReturn: Double)] = []
    for (index, moves) in stretches.enumerated() where moves.dates >= length {
      var levels = [0.0]
      for value in moves.marketReturns { levels.append(levels[levels.count - 1] + known(value)) }
      for row in 0...moves.dates - length {
        windows.append((index, row, levels[row + length] - levels[row]))
      }
    }
    return
      windows
      .sorted { ($0.marketReturn, $0.stretch, $0.row) < ($1.marketReturn, $1.stretch, $1.row) }
      .map { ($0.stretch, $0.row) }
  }

  private func known(_ value: Double) -> Double { value.isNaN ? 0 : value }
}

/// The place in a list that a standard normal stands for: each place is as likely as any other.
///
/// No number (from a tilt that is none) stands for the middle.
func normalRank(_ normal: Float, among count: Int) -> Int {
  let probability = NormalDistribution.probability(below: Double(normal))
  let place = (probability.isNaN ? 0.5 : probability) * Double(count)
  return min(count - 1, max(0, Int(place)))
}
