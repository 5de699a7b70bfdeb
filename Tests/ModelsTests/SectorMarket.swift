import Market

/// A made-up market whose assets move with their sector and lead one another within it.
///
/// Features are standard normal; the label is the mean of the first one over the *other* assets of
/// the sector, brought to deviation 1, plus noise: nothing in an asset's own features tells it.
struct SectorMarket {
  var seed: UInt64 = 1
  var dates = 160
  var sectors = 4
  var perSector = 4
  var columns = 3
  var noise = 0.3
  var namesSectors = true
  /// Share of closes that are missing.
  var missing = 0.0
  /// Closes after this date are other numbers than the seed gives.
  var closesChangedAfter: Int?
  /// Closes of these dates alone are other numbers than the seed gives.
  var closesChangedOn: Range<Int> = 0..<0

  init(_ change: (inout SectorMarket) -> Void = { _ in }) { change(&self) }

  var assets: Int { sectors * perSector }
  /// Dealt round-robin.
  func sector(of asset: Int) -> Int { asset % sectors }

  func labelled(_ range: Range<Int>) throws -> LabelledSamples {
    try labelled(Array(range))
  }

  func labelled(_ chosen: [Int]) throws -> LabelledSamples {
    var stream = SeedTree(root: seed).stream("rows")
    var values: [Float] = []
    var labels: [Float] = []
    for _ in 0..<dates {
      let rows = (0..<assets).map { _ in (0..<columns).map { _ in stream.normal() } }
      values += rows.flatMap { $0.map { Float($0) } }
      for asset in 0..<assets {
        let others = rows.indices.filter { $0 != asset && sector(of: $0) == sector(of: asset) }
        let sum = others.reduce(0.0) { $0 + rows[$1][0] }
        labels.append(Float(sum / Double(others.count).squareRoot() + noise * stream.normal()))
      }
    }
    let universe = try Universe(
      (0..<assets).map { "A\($0)" },
      attributes: namesSectors
        ? ["sector": (0..<assets).map { "S\(sector(of: $0))" }] : [:])
    let samples = Samples(
      keys: chosen.flatMap { date in (0..<assets).map { SampleKey(date: date, asset: $0) } },
      features: FeaturePanel(
        dates: dates, assets: assets, columns: (0..<columns).map { "x\($0)" }, values: values),
      transform: FeatureTransform(
        center: Array(repeating: 0, count: columns), scale: Array(repeating: 1, count: columns),
        clip: 10),
      universe: universe, closes: closes())
    return LabelledSamples(
      samples: samples,
      labels: samples.keys.map { labels[Int($0.date) * assets + Int($0.asset)] })
  }

  /// Returns are a sector's move plus as much of one's own.
  private func closes() -> [Float] {
    var stream = SeedTree(root: seed).stream("closes")
    var prices = [Double](repeating: 100, count: assets)
    var closes: [Float] = []
    for date in 0..<dates {
      if date == closesChangedAfter.map({ $0 + 1 }) {
        stream = SeedTree(root: seed).stream("other closes")
      }
      let moves = (0..<sectors).map { _ in stream.normal() }
      for asset in 0..<assets {
        prices[asset] *= 1 + 0.01 * (moves[sector(of: asset)] + stream.normal())
        let factor = closesChangedOn.contains(date) ? 1 + 0.1 * Double(asset % 5) : 1
        closes.append(stream.uniform() < missing ? .nan : Float(factor * prices[asset]))
      }
    }
    return closes
  }
}
