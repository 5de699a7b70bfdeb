import Foundation
import Market
import Metrics
import Testing

@testable import Generators

@Suite struct StudentTTests {
  @Test func quantilesAreThoseOfScipy() throws {
    let golden = try GARCHGolden.load()
    for row in golden.quantiles {
      let distribution = StudentT(degrees: row.degrees)
      for (score, value) in zip(golden.scores, row.values) {
        let found = distribution.quantile(normalScore: score)
        #expect(
          abs(found - value) <= 1e-9 * abs(value) + 1e-13, "ν \(row.degrees), score \(score)")
      }
    }
  }

  @Test func quantilesRiseToTheFarthestScore() {
    for degrees in [2.05, 4, 500] {
      let distribution = StudentT(degrees: degrees)
      let values = stride(from: -40.0, through: 40, by: 0.37).map {
        distribution.quantile(normalScore: $0)
      }
      #expect(values.allSatisfy { $0.isFinite })
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    }
    #expect(StudentT(degrees: 5).quantile(normalScore: .nan) == 0)
  }

  @Test func drawsFollowTheQuantiles() {
    var stream = SeedStream(seed: 5)
    let distribution = StudentT(degrees: 5.4)
    let draws = (0..<20_000).map { _ in distribution.draw(&stream) }
    for score in [-2.0, -1, 0, 0.5, 1.5] {
      let edge = distribution.quantile(normalScore: score)
      let share = Double(draws.count { $0 < edge }) / 20_000
      let expected = NormalDistribution.probability(below: score)
      #expect(abs(share - expected) < 4 * (expected * (1 - expected) / 20_000).squareRoot())
    }
  }

  @Test func digammaIsTheSlopeOfLogGamma() {
    // ψ(1) = −γ, ψ(½) = −γ − 2 ln 2.
    let euler = 0.577_215_664_901_532_9
    #expect(abs(digamma(1) + euler) < 1e-11)
    #expect(abs(digamma(0.5) + euler + 2 * log(2)) < 1e-11)
    #expect(abs(digamma(250) - (logGamma(250.001) - logGamma(249.999)) / 0.002) < 1e-8)
  }
}
