import Market

/// Every fidelity metric in the order of a report's rows: one file and one line each.
///
/// `lags` are those of the correlation curves where the markets are too short for the settings'.
/// - Precondition: valid settings; `FidelitySettings.validate()` says whether they are.
public func fidelityRegistry(
  _ settings: FidelitySettings = FidelitySettings(), lags: Int? = nil
) -> Registry<FidelityMetric> {
  let horizons = Array(settings.horizons.enumerated())
  let levels = Array(settings.riskLevels.enumerated())
  let lags = lags ?? settings.lags
  var metrics: [FidelityMetric] = []
  metrics += horizons.map { .wasserstein(at: $0, horizon: $1) }
  metrics += horizons.map { .standardisedWasserstein(at: $0, horizon: $1) }
  metrics += horizons.map { .equalMass(at: $0, horizon: $1) }
  metrics += [.skewness, .kurtosis, .tailIndex(.losses), .tailIndex(.gains)]
  metrics += ReturnFunction.allCases.map { .autocorrelation($0, lags: lags) }
  metrics += ReturnFunction.allCases.map { .autocorrelationNorm($0, lags: lags) }
  metrics += [.leverage(lags: lags), .volumeVolatility]
  for (index, level) in levels {
    metrics += [.valueAtRisk(at: index, level: level), .expectedShortfall(at: index, level: level)]
    metrics += FidelityMetric.coverage(at: index, level: level)
  }
  metrics += [.correlationError, .correlationFrobenius, .correlationDistribution]
  metrics += [.spectrumDistance, .firstEigenvalue]
  metrics += [.classifierAdvantage, .classifierAccuracy]
  metrics += [.nearestWindowRatio, .suspiciouslyNear, .copiedShare, .longestCopy]
  return Registry("fidelity metric", metrics)
}
