import Market

/// A small market in which every feature mixes what an asset does with what the market does.
///
/// f0 = a + m, f1 = a − m, f2 noise, with *a* of the asset and *m* of the date, both new every date. The
/// excess label is *a* plus noise; the market's return from the next date to the one after is
/// 0.01 *m* plus noise.
struct TwoSourceMarket {
  static let label = LabelSpec.standard
  let features: FeaturePanel
  let closes: [Float]
  let labels: [Float]
  let assets: Int

  init(dates: Int = 220, assets: Int = 10, seed: UInt64 = 1, noise: Double = 0.3) {
    var stream = SeedTree(root: seed).stream("two sources")
    var (values, labels): ([Float], [Float]) = ([], [])
    var moves: [Double] = []
    for _ in 0..<dates {
      let market = stream.normal()
      moves.append(0.01 * market + 0.001 * stream.normal())
      for _ in 0..<assets {
        let own = stream.normal()
        values += [own + market, own - market, stream.normal()].map { Float($0) }
        labels.append(Float(own + noise * stream.normal()))
      }
    }
    var (closes, level): ([Float], Double) = ([], 100)
    for date in 0..<dates {
      if date >= 2 { level *= 1 + moves[date - 2] }
      closes += (0..<assets).map { Float(level * (1 + 0.1 * Double($0))) }
    }
    features = FeaturePanel(
      dates: dates, assets: assets, columns: ["sum", "difference", "noise"], values: values)
    (self.closes, self.labels, self.assets) = (closes, labels, assets)
  }

  func rows(_ dates: Range<Int>) throws -> LabelledSamples {
    let keys = dates.flatMap { date in (0..<assets).map { SampleKey(date: date, asset: $0) } }
    return LabelledSamples(
      samples: Samples(
        keys: keys, features: features,
        transform: FeatureTransform(
          center: [0, 0, 0], scale: [1, 1, 1], clip: 10),
        universe: try Universe((0..<assets).map { "A\($0)" }), closes: closes),
      labels: keys.map { labels[Int($0.date) * assets + Int($0.asset)] })
  }
}
