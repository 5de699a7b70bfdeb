/// The variance of a score over dates that depend on each other, from resamples in blocks.
///
/// Blocks of *L* dates see only part of what holds dates together: of the covariance at lag *k* the share
/// 1 − *k*/*L* (Bartlett's window), so that the variance comes out too small by a share of about 1/*L*. Blocks of
/// *h* = ⌊*L*/2⌋ dates come out too small by about 1/*h*. (*L*·V_L − *h*·V_h)/(*L* − *h*) cancels both: the flat-top
/// window of Politis and Romano (1995), *Bias-Corrected Nonparametric Spectral Estimation*, whole up to
/// lag *h* and falling from there to nothing at *L*. Each is first divided by 1 − length/*T*, as resamples
/// vary around the mean of the dates at hand.
struct BlockVariance: Sendable {
  /// A statistic on resamples in whole blocks, and in blocks half as long.
  struct Pair {
    let long: [Double]
    let short: [Double]?
  }

  private let dates: Double
  private let length: Double
  /// Dates in the shorter blocks; 0 where there are none.
  let halfLength: Int
  /// That of the χ² distribution that a variance over independent normal dates has.
  let degreesOfFreedom: Double

  init(dates: Int, blockLength: Int, resamples: Int) {
    let (whole, half) = (Double(blockLength), Double(blockLength / 2))
    (self.dates, length, halfLength) = (Double(dates), whole, blockLength / 2)
    let gap = whole - half
    // Twice the sum of the squared window over lags counts for both directions, the first for one.
    let window = (1..<max(2, blockLength)).reduce(1.0) { sum, lag in
      let weight = min(1, (whole - Double(lag)) / gap)
      return sum + 2 * weight * weight
    }
    // Finitely many resamples add 2/R to the relative variance of each of the two.
    let drawn = (whole * whole + half * half) / (gap * gap) / Double(resamples)
    let own = Double(dates) / window - 1
    degreesOfFreedom = own > 0 ? max(1, 1 / (1 / own + drawn)) : 1
  }

  /// Without the bias of blocks; below zero by chance where there is hardly anything to measure.
  func unbiased(_ pair: Pair) -> Double {
    let long = centred(sampleVariance(pair.long), length)
    guard halfLength > 0, let values = pair.short else { return long }
    let half = Double(halfLength)
    return (length * long - half * centred(sampleVariance(values), half)) / (length - half)
  }

  /// The same, and never less than what whole blocks show by themselves.
  func safe(_ pair: Pair) -> Double {
    max(unbiased(pair), centred(sampleVariance(pair.long), length))
  }

  private func centred(_ variance: Double, _ length: Double) -> Double {
    variance * dates / max(1, dates - length)
  }
}
