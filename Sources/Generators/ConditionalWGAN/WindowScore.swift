import Market
import Torch

/// How unlike real windows the generator's are, under the conditions of the real ones; 0 is best.
///
/// A sum of Wasserstein distances of standardised returns and the market's over 1, 5 and all days
/// (per √day), of the other components (their mean), and of the differences in how much of the variance
/// is common, in kurtosis of the market, and in the autocorrelation of magnitudes at lags 1 to 5.
/// The noise is always the same.
struct WindowScore {
  /// Looked at, at most.
  static let windows = 128

  private let real: WindowSampler.Batch
  private let noise: WindowNoise
  private let expected: Summary

  init(
    _ real: WindowSampler.Batch, _ shape: WindowGenerator.Shape, seeds: SeedTree, device: Device
  ) throws {
    self.real = real
    var stream = seeds.stream("score")
    noise = try WindowNoise(
      batch: real.windows.shape[0], assets: real.windows.shape[1], shape, using: &stream,
      device: device)
    expected = Summary(real.values, shape: real.windows.shape)
  }

  func callAsFunction(_ generator: WindowGenerator) throws -> Double {
    let made = try withoutGrad { try generator(noise, real.about).floats() }
    return Summary(made, shape: real.windows.shape).distance(to: expected)
  }

  struct Summary {
    /// Sorted; of equal length in the summaries of equally many windows.
    private var samples: [[Double]] = []
    private var weights: [Double] = []
    private var numbers: [Double] = []

    /// Of windows [batch, assets, days, components].
    init(_ values: [Float], shape: [Int]) {
      let (batch, assets, days, width) = (shape[0], shape[1], shape[2], shape[3])
      var paths = [[Double]]()
      var markets = [[Double]]()
      for item in 0..<batch {
        var market = [Double](repeating: 0, count: days)
        for asset in 0..<assets {
          let start = (item * assets + asset) * days * width
          let path = (0..<days).map { Double(values[start + $0 * width]) }
          for day in 0..<days { market[day] += path[day] / Double(assets) }
          paths.append(path)
        }
        markets.append(market)
      }
      for group in [paths, markets] {
        for horizon in Set([1, min(5, days), days]).sorted() {
          let root = Double(horizon).squareRoot()
          samples.append(
            group.flatMap { path in
              stride(from: 0, through: days - horizon, by: horizon).map { start in
                path[start..<start + horizon].reduce(0, +) / root
              }
            }.sorted())
          weights.append(1)
        }
      }
      for component in 1..<max(1, width) {
        samples.append(
          stride(from: component, to: values.count, by: width).map { Double(values[$0]) }.sorted())
        weights.append(1 / Double(width - 1))
      }
      func square(_ paths: [[Double]]) -> Double {
        paths.joined().reduce(0) { $0 + $1 * $1 } / Double(max(1, paths.count * days))
      }
      let common = square(markets)
      numbers = [
        common / max(1e-9, square(paths)),
        markets.joined().reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(batch * days)
          / max(1e-9, common * common) / 10,
      ]
      let magnitudes = paths.map { $0.map(abs) }
      let mean = magnitudes.joined().reduce(0, +) / Double(max(1, paths.count * days))
      let variance = square(magnitudes) - mean * mean
      for lag in 1...min(5, days - 1) {
        var sum = 0.0
        for path in magnitudes {
          for day in 0..<days - lag { sum += (path[day] - mean) * (path[day + lag] - mean) }
        }
        numbers.append(
          sum / Double(max(1, paths.count * (days - lag))) / max(1e-9, variance) / 5)
      }
    }

    func distance(to other: Summary) -> Double {
      var sum = zip(numbers, other.numbers).reduce(0) { $0 + abs($1.0 - $1.1) }
      for (index, pair) in zip(samples, other.samples).enumerated() {
        let gap = zip(pair.0, pair.1).reduce(0) { $0 + abs($1.0 - $1.1) }
        sum += weights[index] * gap / Double(max(1, pair.0.count))
      }
      return sum
    }
  }
}
