extension FidelityMetric {
  /// Squared and absolute differences of the two correlation matrices off their diagonals.
  private static func offDiagonal(
    _ real: MarketSummary, _ synthetic: MarketSummary
  ) -> (absolute: Double, squares: Double, count: Double)? {
    guard let real = real.crossSection, let synthetic = synthetic.crossSection,
      real.assets == synthetic.assets
    else { return nil }
    let n = real.assets.count
    var (absolute, squares, count) = (0.0, 0.0, 0.0)
    for row in 0..<n {
      for column in 0..<n where column != row {
        let difference =
          real.correlations[row * n + column]
          - synthetic.correlations[row * n + column]
        if difference.isNaN { continue }
        absolute += abs(difference)
        squares += difference * difference
        count += 1
      }
    }
    return count > 0 ? (absolute, squares, count) : nil
  }

  /// Asset against asset: `nil` where the two universes differ (see `correlationDistribution`).
  static let correlationError = FidelityMetric(
    id: "correlation_error", title: "Correlation error", group: .crossSection,
    summary: "mean |difference| of the correlations between assets", unit: .correlation,
    better: .lower
  ) { real, synthetic in
    guard real.isMatched, synthetic.isMatched else { return nil }
    return offDiagonal(real, synthetic).map { $0.absolute / $0.count }
  }

  static let correlationFrobenius = FidelityMetric(
    id: "correlation_frobenius", title: "Correlation error, Frobenius", group: .crossSection,
    summary: "Frobenius norm of the difference of the correlation matrices", unit: .correlation,
    better: .lower
  ) { real, synthetic in
    guard real.isMatched, synthetic.isMatched else { return nil }
    return offDiagonal(real, synthetic).map { $0.squares.squareRoot() }
  }

  /// Asks only which correlations there are, not between whom: it also compares different universes.
  static let correlationDistribution = FidelityMetric(
    id: "correlation_distribution", title: "Correlations, Wasserstein-1", group: .crossSection,
    summary: "Wasserstein-1 of the correlations of all pairs of assets", unit: .correlation,
    better: .lower
  ) { real, synthetic in
    guard let real = real.crossSection, let synthetic = synthetic.crossSection else { return nil }
    return wassersteinDistance(real.pairs, synthetic.pairs)
  }

  /// Eigenvalues of each path are sorted before they are averaged, so that the noise of a single
  /// history spreads both sides alike.
  static let spectrumDistance = FidelityMetric(
    id: "spectrum_l1", title: "Eigenvalues, L1", group: .crossSection,
    summary: "Σ |difference| of the correlation matrices' sorted eigenvalues, each summing to 1",
    unit: .fraction, better: .lower
  ) { real, synthetic in
    guard let real = real.crossSection?.spectrum, let synthetic = synthetic.crossSection?.spectrum
    else { return nil }
    return zip(real, synthetic).reduce(0) { $0 + abs($1.0 - $1.1) }
  }

  static let firstEigenvalue = FidelityMetric(
    id: "first_eigenvalue", title: "First eigenvalue", group: .crossSection,
    summary: "|difference| of the largest eigenvalue's share of the sum", unit: .fraction,
    ofMarket: { $0.crossSection?.spectrum?.first })
}
