import Foundation

/// Σ over bins of |ln *P*(real) − ln *P*(synthetic)|, the bins holding about 20 real values each.
///
/// The *b* = max(1, ⌊*n*/20⌋) bins begin at the real order statistics ⌊*k n*/*b*⌋; the outer two are open.
/// Where equal values put two bounds on one place, the bins between are one. A bin that no synthetic
/// value falls into counts as half a value: it costs ln(2 *m* / *b*), not infinity, and is not skipped.
/// `nil` where a sample is empty.
/// - Complexity: O(*b* log *m*).
func equalMassDivergence(
  real: SortedSample, synthetic: SortedSample, valuesPerBin: Int = 20
) -> Double? {
  let (n, m) = (real.values.count, synthetic.values.count)
  guard n > 0, m > 0 else { return nil }
  let bins = max(1, n / valuesPerBin)
  var (sum, realBelow, syntheticBelow) = (0.0, 0, 0)
  for bin in 1...bins {
    var (realEnd, syntheticEnd) = (n, m)
    if bin < bins {
      let bound = real.values[bin * n / bins]
      (realEnd, syntheticEnd) = (real.count(below: bound), synthetic.count(below: bound))
    }
    guard realEnd > realBelow else { continue }
    let expected = Double(realEnd - realBelow) / Double(n)
    let found = max(0.5, Double(syntheticEnd - syntheticBelow)) / Double(m)
    sum += abs(log(expected) - log(found))
    (realBelow, syntheticBelow) = (realEnd, syntheticEnd)
  }
  return sum
}

extension FidelityMetric {
  /// Drăgulescu and Yakovenko's divergence of returns over `horizon` days.
  ///
  /// Drăgulescu and Yakovenko (2002), *Probability Distribution of Returns in the Heston Model*, as used
  /// by Quant GANs; with 20 values a bin its published values for GARCH are met within a tenth.
  static func equalMass(at index: Int, horizon: Int) -> FidelityMetric {
    FidelityMetric(
      id: "dragulescu_yakovenko", title: "DY", horizon: horizon, group: .distribution,
      summary: "Σ |Δ ln probability| over equal-mass bins of \(horizon)-day log returns",
      unit: .logProbability, better: .lower
    ) { real, synthetic in
      averaged(real, synthetic) {
        equalMassDivergence(real: $0.aggregates[index], synthetic: $1.aggregates[index])
      }
    }
  }
}
