import Market

/// Rows with standard normal features, labelled by a function of them.
func madeRows(
  dates: Int, assets: Int, columns: Int, seed: UInt64, noise: Double = 0,
  label: ([Float]) -> Double
) throws -> LabelledSamples {
  var stream = SeedTree(root: seed).stream("rows")
  let values = (0..<dates * assets * columns).map { _ in Float(stream.normal()) }
  let features = FeaturePanel(
    dates: dates, assets: assets, columns: (0..<columns).map { "f\($0)" }, values: values)
  let samples = Samples(
    keys: (0..<dates).flatMap { date in
      (0..<assets).map { SampleKey(date: date, asset: $0) }
    },
    features: features,
    transform: FeatureTransform(
      center: Array(repeating: 0, count: columns), scale: Array(repeating: 1, count: columns),
      clip: 10),
    universe: try Universe((0..<assets).map { "a\($0)" }),
    closes: Array(repeating: 1, count: dates * assets))
  let labels = (0..<dates * assets).map { row in
    Float(label(Array(values[row * columns..<(row + 1) * columns])) + noise * stream.normal())
  }
  return LabelledSamples(samples: samples, labels: labels)
}
