/// Wasserstein-1 distance of two samples: the area between their quantile functions.
///
/// In the unit of the samples; `nil` where one is empty.
/// - Complexity: O(*n* + *m*); steps are counted in whole 1/(*n m*), so nothing is lost in sums.
func wassersteinDistance(_ one: SortedSample, _ other: SortedSample) -> Double? {
  let (n, m) = (one.values.count, other.values.count)
  guard n > 0, m > 0 else { return nil }
  return one.values.withUnsafeBufferPointer { u in
    other.values.withUnsafeBufferPointer { v in
      var (i, j, level, area) = (0, 0, 0, 0.0)
      while i < n, j < m {
        let (endU, endV) = ((i + 1) * m, (j + 1) * n)
        let end = min(endU, endV)
        area += abs(Double(u[i]) - Double(v[j])) * Double(end - level)
        level = end
        if endU == end { i += 1 }
        if endV == end { j += 1 }
      }
      return area / (Double(n) * Double(m))
    }
  }
}

extension FidelityMetric {
  /// Wasserstein-1 distance of returns over `horizon` days, as log returns.
  ///
  /// Wiese et al. (2020), *Quant GANs*, section 6.2 ("earth mover distance"). Their printed values are
  /// in a unit that could not be found out; compare with the floor and with other generators.
  static func wasserstein(at index: Int, horizon: Int) -> FidelityMetric {
    FidelityMetric(
      id: "wasserstein", title: "Wasserstein-1", horizon: horizon, group: .distribution,
      summary: "mean difference of the quantiles of \(horizon)-day log returns",
      unit: .logReturn, better: .lower
    ) { real, synthetic in
      averaged(real, synthetic) { wassersteinDistance($0.aggregates[index], $1.aggregates[index]) }
    }
  }

  /// The same in standard deviations of the real `horizon`-day returns.
  static func standardisedWasserstein(at index: Int, horizon: Int) -> FidelityMetric {
    FidelityMetric(
      id: "wasserstein_sigma", title: "Wasserstein-1 / σ", horizon: horizon, group: .distribution,
      summary: "Wasserstein-1 of \(horizon)-day log returns in real standard deviations",
      unit: .sigma, better: .lower
    ) { real, synthetic in
      averaged(real, synthetic) { real, synthetic in
        let sigma = real.aggregates[index].deviation
        guard sigma > 0 else { return nil }
        return wassersteinDistance(real.aggregates[index], synthetic.aggregates[index])
          .map { $0 / sigma }
      }
    }
  }
}
