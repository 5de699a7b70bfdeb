import Foundation

/// Whether losses beyond a forecast value at risk come as often, and as irregularly, as they should.
///
/// Kupiec (1995), *Techniques for Verifying the Accuracy of Risk Measurement Models*; Christoffersen
/// (1998), *Evaluating Interval Forecasts*. Likelihood ratios; 0 ln 0 counts as 0.
public struct CoverageTest: Sendable, Equatable {
  public let days: Int
  public let violations: Int
  /// Kupiec's: violations come with probability `level`; χ² with one degree of freedom.
  public let unconditional: Double
  /// Christoffersen's: a violation does not hang on the day before; χ²(1).
  ///
  /// `nil` without two successive days.
  public let independence: Double?
  /// The sum of both, χ²(2).
  public var conditional: Double? { independence.map { $0 + unconditional } }

  /// `nil` without a single day.
  ///
  /// - Parameters:
  ///   - violated: For each day in order, whether the loss was beyond the forecast; `nil` where the
  ///     return is missing, which also parts the days before from those after.
  ///   - level: The probability that was forecast, within (0, 1).
  public init?(_ violated: [Bool?], level: Double) {
    let known = violated.compactMap { $0 }
    guard !known.isEmpty else { return nil }
    (days, violations) = (known.count, known.count { $0 })
    let (hits, misses) = (Double(violations), Double(days - violations))
    unconditional = max(
      0,
      2
        * (Self.logLikelihood(misses, hits, hits / Double(days))
          - Self.logLikelihood(misses, hits, level)))
    // Days by what happened the day before (outer) and on them (inner).
    var moves = [[0.0, 0.0], [0.0, 0.0]]
    for (before, after) in zip(violated, violated.dropFirst()) {
      guard let before, let after else { continue }
      moves[before ? 1 : 0][after ? 1 : 0] += 1
    }
    let (calm, struck) = (moves[0][0] + moves[0][1], moves[1][0] + moves[1][1])
    guard calm + struck > 0 else {
      independence = nil
      return
    }
    let (missed, hit) = (moves[0][0] + moves[1][0], moves[0][1] + moves[1][1])
    let apart =
      Self.logLikelihood(moves[0][0], moves[0][1], calm > 0 ? moves[0][1] / calm : 0)
      + Self.logLikelihood(moves[1][0], moves[1][1], struck > 0 ? moves[1][1] / struck : 0)
    independence = max(0, 2 * (apart - Self.logLikelihood(missed, hit, hit / (calm + struck))))
  }

  /// Probability of so large a ratio or a larger one under the forecast.
  public var unconditionalPValue: Double { pValue(unconditional, degrees: 1) }
  public var independencePValue: Double? { independence.map { pValue($0, degrees: 1) } }
  public var conditionalPValue: Double? { conditional.map { pValue($0, degrees: 2) } }

  private func pValue(_ ratio: Double, degrees: Int) -> Double {
    ChiSquaredDistribution(degrees: degrees).probability(above: ratio)
  }

  private static func logLikelihood(_ misses: Double, _ hits: Double, _ share: Double) -> Double {
    (misses > 0 ? misses * log(1 - share) : 0) + (hits > 0 ? hits * log(share) : 0)
  }
}

extension FidelityMetric {
  /// The three tests of one level, each the mean p value over the real series.
  ///
  /// The forecast is the synthetic returns' quantile, the same every day. Real losses come in
  /// clusters, so even the right constant forecast fails on independence: see the floor.
  static func coverage(at index: Int, level: Double) -> [FidelityMetric] {
    let name = percent(level)
    func test(
      _ id: String, _ title: String, _ summary: String, unit: FidelityMetric.Unit,
      better: Better, _ statistic: @escaping @Sendable (CoverageTest) -> Double?
    ) -> FidelityMetric {
      FidelityMetric(
        id: "\(id)_\(name)", title: "\(title), \(name) %", group: .risk, summary: summary,
        unit: unit, better: better
      ) { real, synthetic in
        averaged(real, synthetic) { real, synthetic in
          guard let forecast = synthetic.risk[index] else { return nil }
          let values = real.ordered.compactMap { series in
            CoverageTest(
              series.map { $0.isNaN ? nil : Double($0) < forecast.value }, level: level
            ).flatMap(statistic)
          }
          return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
      }
    }
    return [
      test(
        "violations", "Violations",
        "share of real days below the synthetic VaR, less \(name) %, without sign",
        unit: .fraction, better: .lower
      ) { abs(Double($0.violations) / Double($0.days) - level) },
      test(
        "kupiec_lr", "Kupiec LR", "unconditional coverage of real days by the synthetic VaR",
        unit: .likelihoodRatio, better: .lower
      ) { $0.unconditional },
      test(
        "kupiec_p", "Kupiec p", "p value of unconditional coverage", unit: .probability,
        better: .higher
      ) { $0.unconditionalPValue },
      test(
        "christoffersen_lr", "Christoffersen LR", "independence of violations from day to day",
        unit: .likelihoodRatio, better: .lower
      ) { $0.independence },
      test(
        "christoffersen_p", "Christoffersen p", "p value of independence", unit: .probability,
        better: .higher
      ) { $0.independencePValue },
      test(
        "conditional_coverage_lr", "Conditional coverage LR", "both together",
        unit: .likelihoodRatio, better: .lower
      ) { $0.conditional },
      test(
        "conditional_coverage_p", "Conditional coverage p", "p value of both together",
        unit: .probability, better: .higher
      ) { $0.conditionalPValue },
    ]
  }
}
