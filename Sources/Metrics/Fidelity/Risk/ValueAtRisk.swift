/// Value at risk and expected shortfall of daily log returns, as returns (negative in the tail).
struct ValueAtRisk: Sendable, Equatable {
  let level: Double
  /// The quantile at `level`, interpolated as NumPy's.
  let value: Double
  /// The mean of the returns that are not above it.
  let shortfall: Double

  /// `nil` for an empty sample.
  init?(_ sample: SortedSample, level: Double) {
    guard let value = sample.quantile(level) else { return nil }
    var (sum, count) = (0.0, 0)
    for one in sample.values {
      if Double(one) > value, count > 0 { break }
      sum += Double(one)
      count += 1
    }
    (self.level, self.value, shortfall) = (level, value, sum / Double(count))
  }
}

extension FidelityMetric {
  static func valueAtRisk(at index: Int, level: Double) -> FidelityMetric {
    FidelityMetric(
      id: "var_\(percent(level))", title: "VaR \(percent(level)) %", group: .risk,
      summary: "|difference| of the \(percent(level)) % quantile of daily log returns",
      unit: .logReturn
    ) { $0.risk[index]?.value }
  }

  static func expectedShortfall(at index: Int, level: Double) -> FidelityMetric {
    FidelityMetric(
      id: "es_\(percent(level))", title: "ES \(percent(level)) %", group: .risk,
      summary: "|difference| of the mean of the worst \(percent(level)) % of daily log returns",
      unit: .logReturn
    ) { $0.risk[index]?.shortfall }
  }

  /// 0.01 as "1", 0.025 as "2.5".
  static func percent(_ level: Double) -> String {
    let value = (level * 1e6).rounded() / 1e4
    return value == value.rounded() ? "\(Int(value))" : "\(value)"
  }
}
