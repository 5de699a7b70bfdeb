import Foundation
import Testing

@testable import Metrics

/// Against SciPy.
@Suite struct DistributionTests {
  let golden: ComparisonGolden.Distributions

  init() throws { golden = try ComparisonGolden.load().distributions }

  @Test func normalQuantilesAreScipys() {
    #expect(golden.tails.count == 9)
    for (tail, expected) in zip(golden.tails, golden.quantiles) {
      expectClose(NormalDistribution.quantile(tail), expected, relative: 1e-12)
      if tail > 1e-3 {
        expectClose(NormalDistribution.quantile(1 - tail), -expected, relative: 1e-12)
      }
      expectClose(NormalDistribution.probability(below: expected), tail, relative: 1e-12)
    }
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity)
    #expect(NormalDistribution.quantile(-0.1).isNaN && NormalDistribution.quantile(.nan).isNaN)
  }

  /// Tails far below 1e−3, too: compared by their logarithms.
  func expectTail(_ value: Double, _ expected: Double, _ what: Comment) {
    #expect(abs(log(value / expected)) < 1e-10, what)
  }

  @Test func tailsOfStudentsTAreScipys() {
    #expect(golden.student.count == 10)
    for row in golden.student {
      let t = StudentTDistribution(degrees: row[0])
      expectTail(t.probability(above: row[1]), row[2], "\(row)")
      expectClose(t.probability(above: -row[1]), 1 - row[2], relative: 1e-12)
    }
    for row in golden.studentQuantiles {
      let t = StudentTDistribution(degrees: row[0])
      expectClose(t.quantile(row[1]), row[2], relative: 1e-9)
      expectClose(t.quantile(1 - row[1]), -row[2], relative: 1e-9)
    }
    let t = StudentTDistribution(degrees: 5)
    #expect(t.quantile(0.5) == 0 && t.quantile(1).isNaN)
    #expect(t.probability(above: .infinity) == 0 && t.probability(above: -.infinity) == 1)
  }

  @Test func tailsOfChiSquaredAndFAreScipys() {
    #expect(golden.chiSquared.count == 11 && golden.fisher.count == 6)
    for row in golden.chiSquared {
      let chi = ChiSquaredDistribution(degrees: Int(row[0]))
      expectTail(chi.probability(above: row[1]), row[2], "\(row)")
    }
    for row in golden.fisher {
      let f = FDistribution(numeratorDegrees: row[0], denominatorDegrees: row[1])
      expectTail(f.probability(above: row[2]), row[3], "\(row)")
    }
    for value in [0.0, -1] {
      #expect(ChiSquaredDistribution(degrees: 3).probability(above: value) == 1)
      let f = FDistribution(numeratorDegrees: 2, denominatorDegrees: 3)
      #expect(f.probability(above: value) == 1 && f.probability(above: .infinity) == 0)
    }
    #expect(ChiSquaredDistribution(degrees: 3).probability(above: .infinity) == 0)
  }

  @Test func studentizedRangeIsScipys() {
    #expect(golden.range.count == 36 && golden.rangeQuantiles.count == 22)
    for row in golden.range {
      let value = StudentizedRange(count: Int(row[0])).probability(above: row[1])
      #expect(abs(value - row[2]) < 1e-10, "\(row): \(value)")
    }
    for row in golden.rangeQuantiles {
      let range = StudentizedRange(count: Int(row[0]))
      expectClose(range.criticalValue(exceededBy: row[1]), row[2], relative: 1e-8, "\(row)")
    }
  }

  /// Demšar (2006), table 5(a): q over √2 for 2 to 10 classifiers.
  @Test func nemenyisCriticalValuesAreThePublishedOnes() {
    let published = [
      0.05: [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164],
      0.10: [1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920],
    ]
    for (level, values) in published {
      for (index, expected) in values.enumerated() {
        let range = StudentizedRange(count: index + 2)
        let value = range.criticalValue(exceededBy: level) / 2.0.squareRoot()
        // The table's last digit is not always rounded.
        #expect(abs(value - expected) < 1.1e-3, "\(index + 2): \(value)")
      }
    }
  }
}
