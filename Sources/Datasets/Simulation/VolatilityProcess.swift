/// Conditional variance relative to its long-run level: GJR-GARCH(1,1), long-run mean 1.
///
/// *h*′ = (1 − α − γ/2 − β) + (α + γ·1[ε < 0])·*h*·ε² + β·*h* after a shock ε of unit variance
/// (Glosten, Jagannathan and Runkle, Journal of Finance 48, 1993): clusters, and rises more after
/// a fall than after a rise.
struct VolatilityProcess {
  /// Response to any shock, extra response to a negative one, and persistence.
  struct Response {
    var alpha: Double
    var gamma: Double
    var beta: Double

    static let market = Response(alpha: 0.01, gamma: 0.20, beta: 0.87)
    static let sector = Response(alpha: 0.05, gamma: 0.04, beta: 0.90)
    static let asset = Response(alpha: 0.06, gamma: 0.04, beta: 0.89)
  }

  let response: Response
  /// Variance of the coming day over the long-run variance.
  private(set) var variance = 1.0

  init(_ response: Response) { self.response = response }

  var deviation: Double { variance.squareRoot() }

  /// Takes in the day's shock, in units of the deviation it was drawn under.
  mutating func absorb(_ shock: Double) {
    let (a, g, b) = (response.alpha, response.gamma, response.beta)
    let reaction = (a + (shock < 0 ? g : 0)) * variance * shock * shock
    // The cap keeps the most violent simulated day within what has been seen on exchanges.
    variance = min(16, 1 - a - g / 2 - b + reaction + b * variance)
  }
}
