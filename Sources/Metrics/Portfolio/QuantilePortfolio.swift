/// Which assets of a date are bought and which are sold short, equally weighted on each side.
///
/// Of *n* assets the best *k* = max(1, ⌊*n* · quantile⌋) by prediction are held long, 1 in total,
/// and the worst *k* short, 1 in total. Where a tie runs across the edge of a side, the assets that
/// are tied share the places that are left, so that no asset is favoured for its name or position.
struct QuantilePortfolio {
  /// Share of the long side in each row, summing to 1; of the short side likewise.
  private(set) var long: [Double] = []
  private(set) var short: [Double] = []
  private var sorter = SectionSorter()

  /// Divides one date's predictions.
  ///
  /// - Returns: False where there is no position: fewer than two assets, or constant predictions.
  mutating func divide(_ predicted: [Float], quantile: Double) -> Bool {
    let count = predicted.count
    guard count > 1, predicted.contains(where: { $0 != predicted[0] }) else { return false }
    // 0.29 · 100 is a little less than 29 in binary; the sum must not round down to 28.
    let names = max(1, Int(Double(count) * quantile + 1e-9))
    sorter.sort(predicted)
    short = [Double](repeating: 0, count: count)
    long = short
    fill(&short, names: names, count: count) { $0 }
    fill(&long, names: names, count: count) { count - 1 - $0 }
    return true
  }

  /// Gives the first `names` places equal shares; `place` counts from the worst or from the best.
  private func fill(
    _ side: inout [Double], names: Int, count: Int, place: (Int) -> Int
  ) {
    let edge = place(names - 1)
    var (first, end) = (names - 1, names)
    while first > 0, sorter.isTied(place(first - 1), edge) { first -= 1 }
    while end < count, sorter.isTied(place(end), edge) { end += 1 }
    let whole = 1 / Double(names)
    for position in 0..<first { side[sorter.index(at: place(position))] = whole }
    let shared = whole * Double(names - first) / Double(end - first)
    for position in first..<end { side[sorter.index(at: place(position))] = shared }
  }
}
