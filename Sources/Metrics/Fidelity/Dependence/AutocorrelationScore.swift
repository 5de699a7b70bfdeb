/// A function of returns whose autocorrelation is looked at.
enum ReturnFunction: String, Sendable, CaseIterable {
  case raw, absolute, squared

  var symbol: String {
    switch self {
    case .raw: "r"
    case .absolute: "|r|"
    case .squared: "r²"
    }
  }
}

extension FidelityMetric {
  /// Distance of the real autocorrelation curve from the mean synthetic one, per lag: RMS.
  ///
  /// Wiese et al. (2020), *Quant GANs*, section 6.2: ‖·‖₂ / √lags reproduces their GARCH column.
  static func autocorrelation(_ function: ReturnFunction, lags: Int) -> FidelityMetric {
    FidelityMetric(
      id: "acf_\(function.rawValue)", title: "ACF \(function.symbol)", horizon: lags,
      group: .dependence,
      summary: "root mean square difference of the ACF of \(function.symbol) over \(lags) lags",
      unit: .correlation, better: .lower
    ) { real, synthetic in
      averaged(real, synthetic) {
        curveDistance($0.curve(function), $1.curve(function))
          .map { $0 / Double(lags).squareRoot() }
      }
    }
  }

  /// The same as a plain norm over the lags.
  static func autocorrelationNorm(_ function: ReturnFunction, lags: Int) -> FidelityMetric {
    FidelityMetric(
      id: "acf_\(function.rawValue)_l2", title: "ACF \(function.symbol), L2", horizon: lags,
      group: .dependence,
      summary: "L2 distance of the ACF of \(function.symbol) over \(lags) lags",
      unit: .correlation, better: .lower
    ) { real, synthetic in
      averaged(real, synthetic) { curveDistance($0.curve(function), $1.curve(function)) }
    }
  }

  /// L2 distance of the leverage curves ℓ(*k*) = corr(*r*²(*t* + *k*), *r*(*t*)), as in Quant GANs.
  static func leverage(lags: Int) -> FidelityMetric {
    FidelityMetric(
      id: "leverage_l2", title: "Leverage, L2", horizon: lags, group: .dependence,
      summary: "L2 distance of corr(r²(t+k), r(t)) over \(lags) lags", unit: .correlation,
      better: .lower
    ) { real, synthetic in
      averaged(real, synthetic) { curveDistance($0.leverage, $1.leverage) }
    }
  }
}
