import Market

/// How the RankIC of predictions changes with the horizon of the return they are held against.
///
/// Every horizon is judged on the same rows: those whose return is known at all of them. What is realised is
/// ranked once and serves every model that predicts these rows.
public struct HorizonDecay: Sendable {
  /// The rows of one date, and what is known of them.
  private struct Section: Sendable {
    /// Of all rows, sorted by date.
    var rows: Range<Int>
    /// Places among all rows of those known at every horizon.
    var known: [Int32] = []
    /// Of each horizon the ranks of the returns, of mean 0 and length 1; `nil` where all are equal.
    var ranks: [[Float]?] = []
  }

  public let horizons: [Int]
  /// Positions in the panel, increasing.
  public let dates: [Int]
  private let sections: [Section]
  private let count: Int

  /// - Parameters:
  ///   - horizons: In dates; names for the lists of `returns`.
  ///   - keys: Sorted by date, then asset.
  ///   - returns: Of each horizon the forward returns of the keys; NaN where one is unknown.
  /// - Precondition: one list a horizon, one number a key.
  public init(horizons: [Int], keys: [SampleKey], returns: [[Float]]) {
    precondition(returns.count == horizons.count && returns.allSatisfy { $0.count == keys.count })
    var (sections, dates) = ([Section](), [Int]())
    var sorter = SectionSorter()
    var start = 0
    for row in keys.indices where row + 1 == keys.count || keys[row + 1].date != keys[row].date {
      var section = Section(rows: start..<row + 1)
      section.known = section.rows.filter { row in returns.allSatisfy { $0[row].isFinite } }
        .map { Int32($0) }
      section.ranks = returns.map { returns in
        Self.unitRanks(section.known.map { returns[Int($0)] }, &sorter)
      }
      sections.append(section)
      dates.append(Int(keys[row].date))
      start = row + 1
    }
    (self.horizons, self.sections, self.dates) = (horizons, sections, dates)
    count = keys.count
  }

  /// RankIC of each date at each horizon: one list a horizon, one number a date.
  ///
  /// NaN where fewer than two assets are known, where either side is constant, and on a date with a
  /// prediction that is missing or infinite.
  /// - Precondition: one prediction a key, in their order.
  public func daily(_ predictions: [Float]) -> [[Double]] {
    precondition(predictions.count == count, "one prediction a row")
    let undefined = [Double](repeating: .nan, count: sections.count)
    var result = [[Double]](repeating: undefined, count: horizons.count)
    var sorter = SectionSorter()
    for (place, section) in sections.enumerated() {
      guard section.rows.allSatisfy({ predictions[$0].isFinite }),
        let own = Self.unitRanks(section.known.map { predictions[Int($0)] }, &sorter)
      else { continue }
      for (horizon, ranks) in section.ranks.enumerated() {
        guard let ranks else { continue }
        var product = 0.0
        for index in own.indices { product += Double(own[index]) * Double(ranks[index]) }
        result[horizon][place] = min(max(product, -1), 1)
      }
    }
    return result
  }

  /// Ranks less their mean, divided by their length: a product of two of these is a correlation.
  private static func unitRanks(_ values: [Float], _ sorter: inout SectionSorter) -> [Float]? {
    guard values.count > 1 else { return nil }
    var ranks: [Double] = []
    sorter.rank(values, into: &ranks)
    let mean = Double(values.count + 1) / 2
    let square = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard square > 0 else { return nil }
    let length = square.squareRoot()
    return ranks.map { Float(($0 - mean) / length) }
  }
}
