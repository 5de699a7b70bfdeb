import Foundation
import Market
import Testing

@testable import Metrics

/// Values from NumPy, SciPy, pandas and scikit-learn: benchmarks/peers/fidelity_goldens.py.
@Suite struct FidelityGoldenTests {
  struct Golden: Decodable {
    struct Coverage: Decodable {
      let violated: [Bool]
      let level, unconditional, unconditionalP, independence, independenceP, conditionalP: Double
    }
    let real, other, gappy, volume: [Float?]
    let horizons: [Int]
    let wasserstein, sigma, divergence: [Double]
    let skewness, kurtosis, lossTail, gainTail, valueAtRisk, shortfall: Double
    let acf, gappyACF: [[Double]]
    let leverage, gappyLeverage: [Double]
    let volumeVolatility: Double
    let coverage: [Coverage]
    let assets: [[Float?]]
    let correlations: [Double?]
    let symmetric, eigenvalues, clustered, clusteredEigenvalues: [Double]
    let features, rows: [[Double]]
    let classes: [Bool]
    let ridge: Double
    let coefficients: [Double]
    let probability: Double
    let nearest, nearestOwn: [Double]
  }

  let golden: Golden
  let real, other, gappy: [Float]

  init() throws {
    let url = try #require(
      Bundle.module.url(forResource: "fidelity", withExtension: "json", subdirectory: "Goldens"))
    golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    real = golden.real.map { $0 ?? .nan }
    other = golden.other.map { $0 ?? .nan }
    gappy = golden.gappy.map { $0 ?? .nan }
  }

  func samples(_ series: [Float]) -> [SortedSample] {
    golden.horizons.map { SortedSample(aggregated(series[...], over: $0)) }
  }

  func expectEqual(
    _ values: [Double], _ expected: [Double], relative: Double = 1e-9, _ what: Comment
  ) {
    #expect(values.count == expected.count, what)
    for (value, peer) in zip(values, expected) {
      expectClose(value, peer, relative: relative, what)
    }
  }

  @Test func distancesOfDistributionsAreThePeers() {
    let (real, other) = (samples(real), samples(other))
    for index in golden.horizons.indices {
      expectClose(wassersteinDistance(real[index], other[index]), golden.wasserstein[index])
      expectClose(wassersteinDistance(other[index], real[index]), golden.wasserstein[index])
      expectClose(real[index].deviation, golden.sigma[index])
      expectClose(
        equalMassDivergence(real: real[index], synthetic: other[index]), golden.divergence[index])
    }
  }

  @Test func shapeAndTailsAreThePeers() throws {
    let sample = SortedSample(real)
    let shape = try #require(Shape(sample))
    expectClose(shape.skewness, golden.skewness)
    expectClose(shape.excessKurtosis, golden.kurtosis)
    expectClose(tailIndex(sample, .losses), golden.lossTail)
    expectClose(tailIndex(sample, .gains), golden.gainTail)
    let risk = try #require(ValueAtRisk(sample, level: 0.05))
    expectClose(risk.value, golden.valueAtRisk)
    expectClose(risk.shortfall, golden.shortfall)
  }

  @Test func curvesAreThePeers() throws {
    let curves = try #require(LagCorrelations(real[...], lags: golden.leverage.count))
    expectEqual(curves.raw, golden.acf[0], "r")
    expectEqual(curves.absolute, golden.acf[1], "|r|")
    expectEqual(curves.squared, golden.acf[2], "r²")
    expectEqual(curves.leverage, golden.leverage, "leverage")
  }

  @Test func curvesWithGapsAreThePeers() throws {
    let curves = try #require(LagCorrelations(gappy[...], lags: golden.leverage.count))
    expectEqual(curves.raw, golden.gappyACF[0], "r")
    expectEqual(curves.absolute, golden.gappyACF[1], "|r|")
    expectEqual(curves.squared, golden.gappyACF[2], "r²")
    expectEqual(curves.leverage, golden.gappyLeverage, "leverage")
  }

  @Test func volumeVolatilityIsThePeers() {
    let volume = golden.volume.map { $0 ?? .nan }
    expectClose(volumeVolatility(gappy[...], volume[...]), golden.volumeVolatility)
  }

  @Test func coverageTestsAreThePeers() throws {
    for peer in golden.coverage {
      let test = try #require(CoverageTest(peer.violated, level: peer.level))
      expectClose(test.unconditional, peer.unconditional)
      expectClose(test.unconditionalPValue, peer.unconditionalP)
      expectClose(test.independence, peer.independence)
      expectClose(test.independencePValue, peer.independenceP)
      expectClose(test.conditionalPValue, peer.conditionalP)
    }
  }

  @Test func correlationsAreThePeers() {
    let series = golden.assets.map { $0.map { $0 ?? .nan }[...] }
    for (place, (value, peer)) in zip(correlationMatrix(series), golden.correlations).enumerated() {
      // The diagonal is 1 here whatever is missing.
      if place % (series.count + 1) == 0 { continue }
      #expect(value.isNaN == (peer == nil))
      if let peer { expectClose(value, peer) }
    }
  }

  @Test func eigenvaluesAreThePeers() throws {
    let values = try #require(symmetricEigenvalues(golden.symmetric, order: 14))
    expectEqual(values, golden.eigenvalues, relative: 1e-12, "random")
    let clustered = try #require(symmetricEigenvalues(golden.clustered, order: 9))
    expectEqual(clustered, golden.clusteredEigenvalues, relative: 1e-12, "clustered")
  }

  @Test func windowFeaturesAreThePeers() throws {
    for (index, peer) in golden.features.enumerated() {
      let features = try #require(WindowFeatures.features(real[index * 20..<(index + 1) * 20]))
      #expect(features.count == WindowFeatures.names.count)
      expectEqual(features, peer, "window \(index)")
    }
  }

  @Test func logisticRegressionIsThePeers() throws {
    let model = try #require(
      LogisticRegression(golden.rows, golden.classes, ridge: golden.ridge))
    expectEqual(model.coefficients, golden.coefficients, relative: 1e-5, "coefficients")
    expectClose(model.probability([0.2, -0.1, 1.0]), golden.probability, relative: 1e-5)
  }

  @Test func nearestWindowsAreThePeers() throws {
    let training = try ReturnPaths([Array(real[..<120])])
    let market = try ReturnPaths([Array(other[..<80])])
    let known = NormalisedWindows(training, assets: [0], length: 20)
    let windows = NormalisedWindows(market, assets: [0], length: 20)
    func doubles(_ values: [Float]) -> [Double] { values.map(Double.init) }
    expectEqual(
      doubles(windows.distances(toNearestOf: known)), golden.nearest, relative: 1e-5, "nearest")
    expectEqual(
      doubles(known.distances(toNearestOf: known, apart: 20)), golden.nearestOwn, relative: 1e-5,
      "leaving out neighbours")
  }
}
