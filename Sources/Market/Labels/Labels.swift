/// The forward returns of a panel and what a model is trained on: date × asset, row-major.
///
/// NaN where a label is missing: the date is too near the end, or a price is.
public struct Labels: Sendable {
  public let spec: LabelSpec
  public let dates: Int
  public let assets: Int
  /// Dates that can have a label at all: the last `reach` cannot, and are in no fold.
  public var labelledDates: Int { max(0, dates - spec.reach) }
  /// Forward simple returns, untransformed: what portfolios earn.
  public let returns: [Float]
  /// The returns under the specification's transform: what models learn and errors are measured on.
  public let targets: [Float]

  /// - Throws: `PanelError.missingField` where the panel has no `close`.
  /// - Complexity: O(dates · assets · log assets).
  public init(_ spec: LabelSpec, of panel: Panel) throws(PanelError) {
    let close = try panel.series(of: "close", for: "the label")
    let (dates, assets) = (panel.dates, panel.assets)
    var returns = [Float](repeating: .nan, count: close.count)
    for date in 0..<max(0, dates - spec.reach) {
      for asset in 0..<assets {
        let entry = close[(date + spec.entryLag) * assets + asset]
        let exit = close[(date + spec.reach) * assets + asset]
        // A row exists only where the asset was observed on the day of the decision.
        if !close[date * assets + asset].isNaN, entry > 0, exit > 0 {
          // A return that single precision cannot hold is no return.
          let value = exit / entry - 1
          returns[date * assets + asset] = value.isFinite ? value : .nan
        }
      }
    }
    self.init(spec, dates: dates, assets: assets, returns: returns)
  }

  /// Labels from forward returns that are already known, date × asset.
  public init(_ spec: LabelSpec, dates: Int, assets: Int, returns: [Float]) {
    precondition(returns.count == dates * assets)
    var targets = returns
    for date in 0..<dates {
      let range = date * assets..<(date + 1) * assets
      targets.replaceSubrange(range, with: spec.transform.applied(to: returns[range]))
    }
    (self.spec, self.dates, self.assets) = (spec, dates, assets)
    (self.returns, self.targets) = (returns, targets)
  }
}

extension LabelSpec.Transform {
  /// Transforms one date's cross-section; NaN stays NaN and counts for nothing.
  ///
  /// A date with fewer than two labels, or with all labels equal, has no cross-section to
  /// standardise: `zscore` gives NaN there, so that its rows drop out for every model alike;
  /// `rank` gives NaN for fewer than two.
  ///
  /// `zscore` has the sample's deviation (divisor *n* − 1), as Qlib's `CSZScoreNorm`. `rank` is
  /// ((rank − ½) / *n* − ½) · √12, of mean 0 whatever *n*; Qlib's `CSRankNorm`, (rank / *n* − ½) · 3.46,
  /// lies 1.73 / *n* above 0 on average. Within a date the two differ by a shift and a factor of 0.999.
  public func applied(to section: some Collection<Float>) -> [Float] {
    let known = section.enumerated().filter { !$0.element.isNaN }
    var result = [Float](repeating: .nan, count: section.count)
    switch self {
    case .none:
      return Array(section)
    case .zscore:
      guard known.count > 1 else { return result }
      let mean = known.reduce(0.0) { $0 + Double($1.element) } / Double(known.count)
      let squares = known.reduce(0.0) { sum, item in
        let deviation = Double(item.element) - mean
        return sum + deviation * deviation
      }
      let deviation = (squares / Double(known.count - 1)).squareRoot()
      guard deviation > 1e-12 else { return result }
      for (index, value) in known { result[index] = Float((Double(value) - mean) / deviation) }
    case .rank:
      guard known.count > 1 else { return result }
      let ranks = averageRanks(known.map { Double($0.element) })
      for (position, (index, _)) in known.enumerated() {
        result[index] = Float(
          ((ranks[position] - 0.5) / Double(known.count) - 0.5) * 12.squareRoot())
      }
    }
    return result
  }
}
