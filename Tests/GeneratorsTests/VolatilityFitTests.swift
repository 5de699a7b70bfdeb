import Datasets
import Foundation
import Market
import TestSupport
import Testing

@testable import Generators

@Suite struct VolatilityFitTests {
  static func near(_ found: Double, _ expected: Double, floor: Double = 0) -> Bool {
    abs(found - expected) <= max(0.01 * abs(expected), floor)
  }

  @Test(arguments: 0..<4)
  func estimatesAreThoseOfArch(_ index: Int) throws {
    let golden = try GARCHGolden.load()
    let expected = golden.cases[index]
    let days = golden.returns.count
    let series = ReturnSeries(golden.returns, stretches: [0..<days])
    let fit = VolatilityFit(
      series, hasMean: true, hasLeverage: expected.leverage,
      isNormal: expected.innovations == .normal)
    #expect(abs(fit.logLikelihood - expected.logLikelihood) < 1e-3)
    #expect(Self.near(fit.model.mean, expected.mean))
    #expect(Self.near(fit.model.omega, expected.omega))
    #expect(Self.near(fit.model.alpha, expected.alpha))
    #expect(Self.near(fit.model.gamma, expected.gamma))
    #expect(Self.near(fit.model.beta, expected.beta))
    #expect(Self.near(fit.model.degrees ?? 0, expected.degrees ?? 0))
    let (variances, next) = fit.model.filter(series, endingAt: days)
    #expect(Self.near(variances[days - 1], expected.lastVariance))
    #expect(next > 0)
  }

  /// Gaps and missing returns, against a sum by plain loops.
  @Test func theLikelihoodBeginsAnewAtEveryGap() throws {
    let golden = try GARCHGolden.load()
    var returns = golden.returns
    for row in golden.piecewise.missing { returns[row] = .nan }
    let series = ReturnSeries(returns, stretches: golden.piecewise.segments.map { $0[0]..<$0[1] })
    let likelihood = VolatilityLikelihood(series, isNormal: false)
    let truth = golden.truth
    let found = likelihood.value(
      at: .init(
        mean: truth.mean, omega: truth.omega, rise: truth.alpha,
        fall: truth.alpha + truth.gamma, beta: truth.beta, degrees: truth.degrees))
    #expect(abs(found.sum - golden.piecewise.logLikelihood) < 1e-8)
  }

  @Test func gradientsAreThoseOfFiniteDifferences() throws {
    var returns = Array(try GARCHGolden.load().returns[..<300])
    returns[20] = .nan
    returns[200] = .nan
    let series = ReturnSeries(returns, stretches: [0..<120, 130..<300])
    for (hasMean, hasLeverage, isNormal) in [
      (true, true, false), (false, true, false), (true, false, true), (true, false, false),
    ] {
      let likelihood = VolatilityLikelihood(series, isNormal: isNormal)
      let coordinates = VolatilityCoordinates(
        hasMean: hasMean, hasLeverage: hasLeverage, isNormal: isNormal)
      func value(_ point: [Double]) -> Double {
        likelihood.value(at: coordinates.coefficients(point)).sum
      }
      let start = VolatilityLikelihood.Coefficients(
        mean: hasMean ? 0.03 : 0, omega: 0.1, rise: 0.05, fall: hasLeverage ? 0.2 : 0.05,
        beta: 0.7, degrees: 6)
      let point = coordinates.point(start)
      let back = coordinates.coefficients(point)
      #expect(abs(back.fall - start.fall) < 1e-12 && abs(back.omega - start.omega) < 1e-12)
      let gradient = coordinates.gradient(
        likelihood.value(at: back).gradient, at: point)
      #expect(gradient.count == point.count)
      for index in point.indices {
        var (up, down) = (point, point)
        up[index] += 1e-5
        down[index] -= 1e-5
        let slope = (value(up) - value(down)) / 2e-5
        #expect(abs(gradient[index] - slope) < 1e-5 * max(1, abs(slope)))
      }
    }
  }

  @Test func theSearchFindsTheFloorOfABananaValley() {
    let found = QuasiNewton().minimise(from: [-1.2, 1]) { point in
      let (x, y) = (point[0], point[1])
      let ridge = y - x * x
      return (
        100 * ridge * ridge + (1 - x) * (1 - x), [-400 * x * ridge - 2 * (1 - x), 200 * ridge]
      )
    }
    #expect(abs(found.point[0] - 1) < 1e-5 && abs(found.point[1] - 1) < 1e-5)
    #expect(found.iterations < 100)
  }

  @Test func whatIsTooShortOrStillHasAConstantVariance() {
    let short = ReturnSeries([0.01, -0.02, .nan, 0.03], stretches: [0..<4])
    let fit = VolatilityFit(short, hasMean: true, hasLeverage: true, isNormal: false)
    #expect(fit.logLikelihood.isNaN && fit.model.persistence == 0)
    #expect(abs(fit.model.longRunVariance - 3.8e-3 / 9) < 1e-12)
    let still = ReturnSeries(Array(repeating: 0, count: 90), stretches: [0..<90])
    #expect(
      VolatilityFit(still, hasMean: true, hasLeverage: true, isNormal: true).model.omega > 0)
  }

  /// Estimates of the published comparison's window, through the whole generator.
  @Test(
    .enabled(
      if: RealData.file("sp500-index-1999-2018.csv.gz") != nil,
      "sp500-index-1999-2018.csv.gz is in neither QBENCH_TEST_DATA nor ../shared/data"),
    arguments: [0, 3])
  func theIndexIsAsPublished(_ index: Int) throws {
    let file = try #require(RealData.file("sp500-index-1999-2018.csv.gz"))
    let (panel, _) = try CSVImporter().panel(from: [file.path])
    let first = try #require(TradingDate(year: 2009, month: 5, day: 1))
    let dates = (0..<panel.dates).filter { panel.calendar[$0] >= first }
    let market = try TrainingMarket(panel, training: dates)
    let expected = try GARCHGolden.load().index[index]
    var hyperparameters = GARCH.defaults
    hyperparameters.leverage = expected.leverage
    hyperparameters.innovations = expected.innovations
    let fitted = try GARCH.fit(
      market, hyperparameters, in: GeneratorContext(seeds: SeedTree(root: 1)))
    let notes = fitted.notes
    #expect(Self.near(notes["mean"] ?? 0, expected.mean))
    #expect(Self.near(notes["omega"] ?? 0, expected.omega))
    #expect(Self.near(notes["alpha"] ?? 0, expected.alpha, floor: 1e-3))
    #expect(Self.near(notes["gamma"] ?? 0, expected.gamma))
    #expect(Self.near(notes["beta"] ?? 0, expected.beta))
    #expect(Self.near(notes["degrees"] ?? 0, expected.degrees ?? 0))
    // To the digits of the table.
    if expected.innovations == .normal {
      #expect(abs((notes["mean"] ?? 0) - 0.0725) < 1e-4)
      #expect(abs((notes["omega"] ?? 0) - 0.0312) < 1e-4)
      #expect(abs((notes["alpha"] ?? 0) - 0.147) < 6e-4)
      #expect(abs((notes["beta"] ?? 0) - 0.822) < 6e-4)
    } else {
      #expect(abs((notes["gamma"] ?? 0) - 0.302) < 1e-3)
      #expect(abs((notes["degrees"] ?? 0) - 5.43) < 1e-2)
    }
  }
}
