import Market

/// A made-up market, small enough to fit a model to in a test.
///
/// Features are standard normal, labels depend on the first two of them, closes are a random walk.
/// Everything follows from the seed.
public struct SampleFactory: Sendable {
  public var seed: UInt64 = 1
  public var dates = 60
  public var assets = 12
  public var columns = 5
  /// Share of features, and of closes, that are missing.
  public var missing = 0.0
  /// Columns that never vary.
  public var constantColumns: Set<Int> = []
  /// The same label for every row.
  public var constantLabel: Float?
  /// The size of the noise in labels against the signal's, about 1.
  public var noise = 0.5
  /// Features and closes of later dates are other numbers than the seed gives.
  public var futureChangedAfter: Int?

  public init() {}

  /// Changes some of the defaults.
  public init(_ change: (inout SampleFactory) -> Void) { change(&self) }

  /// All rows of these dates, with their labels.
  public func labelled(_ range: Range<Int>) throws -> LabelledSamples {
    let panel = try panel()
    let samples = try samples(range)
    return LabelledSamples(
      samples: samples,
      labels: samples.keys.map { panel.labels[Int($0.date) * assets + Int($0.asset)] })
  }

  /// All rows of these dates.
  public func samples(_ range: Range<Int>) throws -> Samples {
    let panel = try panel()
    let keys = range.flatMap { date in (0..<assets).map { SampleKey(date: date, asset: $0) } }
    // One transform for all rows of the market, as of a fold whose training rows are its first half.
    let early = (0..<max(1, dates / 2)).flatMap { date in
      (0..<assets).map { SampleKey(date: date, asset: $0) }
    }
    return Samples(
      keys: keys, features: panel.features,
      transform: .fit(.standard, to: early, of: panel.features),
      universe: panel.universe, closes: panel.closes)
  }

  private struct Panel {
    let features: FeaturePanel
    let labels: [Float]
    let closes: [Float]
    let universe: Universe
  }

  private func panel() throws -> Panel {
    var stream = SeedTree(root: seed).stream("rows")
    var values: [Float] = []
    var labels: [Float] = []
    var closes: [Float] = []
    var prices = [Double](repeating: 100, count: assets)
    for date in 0..<dates {
      if date == futureChangedAfter.map({ $0 + 1 }) {
        stream = SeedTree(root: seed).stream("another future")
      }
      for asset in 0..<assets {
        var row = (0..<columns).map { _ in Float(stream.normal()) }
        let signal = 0.8 * row[0] - 0.6 * (columns > 1 ? row[1] : 0)
        labels.append(constantLabel ?? signal + Float(noise * stream.normal()))
        for column in 0..<columns {
          if stream.uniform() < missing { row[column] = .nan }
          if constantColumns.contains(column) { row[column] = 7 }
        }
        values += row
        prices[asset] *= 1 + 0.02 * max(-3, min(3, stream.normal()))
        closes.append(stream.uniform() < missing ? .nan : Float(prices[asset]))
      }
    }
    return Panel(
      features: FeaturePanel(
        dates: dates, assets: assets, columns: (0..<columns).map { "x\($0)" }, values: values),
      labels: labels, closes: closes,
      universe: try Universe((0..<assets).map { "A\($0)" }))
  }
}
