import Market
import Metrics

extension Experiment {
  /// - Throws: `SpecError` for a metric that is not known, or is there twice.
  func validateMetrics() throws(SpecError) {
    for id in metrics {
      guard !Self.marketMetrics.contains(id) else {
        throw .invalid(
          key: "metrics", value: "'\(id)', which compares markets and no predictions",
          accepted: metricRegistry.ids.joined(separator: ", "))
      }
      _ = try metricRegistry.require(id)
      guard metrics.count(where: { $0 == id }) == 1 else {
        throw .invalid(key: "metrics", value: "'\(id)' twice", accepted: "each at most once")
      }
    }
  }

  /// What `qbench fidelity` knows: scores of synthetic markets.
  private static let marketMetrics = Set(fidelityRegistry().ids)
}
