import Foundation
import Gzip
import Market
import TestSupport
import Testing

@testable import Metrics

private let file = RealData.file("sp500-index-1999-2018.csv.gz")

/// The S&P 500 from May 2009 to December 2018, the window of Quant GANs.
///
/// Expected values were computed apart from this code, with 500 × 4,000 days of each generator.
@Suite(.enabled(if: file != nil, "sp500-index-1999-2018.csv.gz is not in the data folder"))
struct RealIndexFidelityTests {
  let real: [Float]

  init() throws {
    let reader = try GzipReader(path: #require(file).path)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    var closes: [Double] = []
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .dropFirst()
    {
      let fields = line.split(separator: ",")
      let day = fields[0].split(separator: "/").compactMap { Int($0) }
      guard (2009...2018).contains(day[2]), day[2] > 2009 || day[0] >= 5 else { continue }
      closes.append(try #require(Double(fields[5])))
    }
    real = zip(closes, closes.dropFirst()).map { Float(log($1 / $0)) }
  }

  func summary(_ series: [[Float]], settings: FidelitySettings) throws -> MarketSummary {
    MarketSummary(
      try ReturnPaths(series),
      plan: MarketSummary.Plan(
        settings: settings, lags: settings.lags, isMatched: true, crossSectionAssets: 1))
  }

  @Test func windowIsThePublishedOne() throws {
    #expect(real.count == 2433)
    let sample = SortedSample(real)
    let shape = try #require(Shape(sample))
    expectClose(sample.mean, 4.31e-4, relative: 2e-3)
    expectClose(sample.deviation, 9.663e-3, relative: 1e-3)
    expectClose(shape.skewness, -0.432, relative: 2e-3)
    expectClose(shape.excessKurtosis, 4.075, relative: 2e-3)
    let curves = try #require(LagCorrelations(real[...], lags: 100))
    func expect(_ curve: [Double], _ lags: [Int], _ values: [Double]) {
      for (lag, value) in zip(lags, values) { #expect(abs(curve[lag - 1] - value) < 6e-4) }
    }
    expect(curves.raw, [1], [-0.049])
    expect(curves.absolute, [1, 5, 20, 100], [0.194, 0.205, 0.109, 0.033])
    expect(curves.squared, [1, 5, 20, 100], [0.226, 0.183, 0.084, 0.019])
    expect(curves.leverage, [1, 2], [-0.124, -0.154])
  }

  /// Rows "iid bootstrap" and "iid Gaussian" of the floors: W1/σ at 1, 5, 20, 100 days, ACF L2 of
  /// r, |r| and r², and leverage L2.
  @Test func independentReturnsScoreAsExpected() throws {
    var settings = FidelitySettings()
    settings.riskLevels = []
    var stream = SeedStream(seed: 7)
    let sample = SortedSample(real)
    let generators: [(draw: () -> Float, expected: [Double])] = [
      (
        { self.real[stream.index(below: self.real.count)] },
        [0.001, 0.120, 0.248, 0.462, 0.351, 1.078, 0.919, 0.453]
      ),
      (
        { Float(sample.mean + sample.deviation * stream.normal()) },
        [0.176, 0.174, 0.269, 0.470, 0.349, 1.078, 0.918, 0.455]
      ),
    ]
    let market = try summary([real], settings: settings)
    let registry = fidelityRegistry(settings)
    let metrics =
      settings.horizons.map { "wasserstein_sigma.\($0)" }
      + ["acf_raw_l2", "acf_absolute_l2", "acf_squared_l2", "leverage_l2"].map { "\($0).250" }
    // Of 10 × 4,000 days the noise is about 0.01 at one day, 0.05 at a hundred, and in a curve of
    // 250 lags √(250 / 40,000) = 0.08, which adds in squares.
    let tolerances = [0.012, 0.02, 0.04, 0.09, 0.03, 0.03, 0.03, 0.03]
    for generator in generators {
      let paths = (0..<10).map { _ in (0..<4000).map { _ in generator.draw() } }
      let fake = try summary(paths, settings: settings)
      for (index, id) in metrics.enumerated() {
        guard case .markets(let score) = try registry.require(id).score else { continue }
        let value = try #require(score(market, fake))
        #expect(abs(value - generator.expected[index]) < tolerances[index], "\(id): \(value)")
      }
    }
  }
}
