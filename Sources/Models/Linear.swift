import Market

/// A linear function of the features, fitted by least squares with a penalty on its size.
///
/// Objectives are scikit-learn's, for *n* rows and weights *w* (the intercept is never penalised):
/// - `ols`: ‖y − Xw‖², the solution of least norm where it is not unique;
/// - `ridge`: ‖y − Xw‖² + α‖w‖² (Hoerl and Kennard, 1970);
/// - `lasso`: ‖y − Xw‖²/2n + α‖w‖₁ (Tibshirani, 1996);
/// - `elastic_net`: ‖y − Xw‖²/2n + α(ρ‖w‖₁ + (1 − ρ)‖w‖²/2), ρ being `l1Ratio` (Zou and Hastie, 2005);
/// - `huber`: errors beyond ε scales count by their size, no longer by their square (see `LinearHuber`).
///
/// The strength α is the one of a path whose fit predicts the validation rows best; without such
/// rows, it is the middle of the path. The weights stay those of the training rows.
enum Linear: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    var penalty = Penalty.ridge
    /// Strengths α to choose from; empty for a geometric path (see `LinearPath`).
    var strengths: [Double] = []
    /// How many strengths the automatic path has.
    var pathLength = 25
    /// The automatic path's weakest strength over its strongest.
    var pathRatio = 1e-4
    /// ρ of the elastic net: the share of the penalty on absolute weights.
    var l1Ratio = 0.5
    /// ε of Huber's loss: how many scales an error may have and still count by its square.
    var huberEpsilon = 1.35
    var intercept = true
    /// What makes a strength the best on the validation rows.
    var select = Selection.rankIC
    /// Whether to fit again, under the chosen strength, to training and validation rows together.
    var refit = false
  }

  enum Penalty: String, SpecChoice {
    case ols, ridge, lasso
    case elasticNet = "elastic_net"
    case huber
  }

  enum Selection: String, SpecChoice {
    /// Highest mean of the daily Spearman correlations.
    case rankIC = "rank_ic"
    /// Lowest mean squared error.
    case mse
  }

  static let id = "linear"
  static let summary = "linear regression: OLS, ridge, lasso, elastic net or Huber"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 1

  static func validate(_ hyperparameters: Hyperparameters) throws(SpecError) {
    let checks = RangeChecks(family: id)
    let isSparse = [.lasso, .elasticNet].contains(hyperparameters.penalty)
    for (index, strength) in hyperparameters.strengths.enumerated() {
      try checks.require(
        strength.isFinite && (isSparse ? strength > 0 : strength >= 0), "strengths[\(index)]",
        strength, isSparse ? "numbers above 0" : "numbers from 0")
    }
    try checks.require(
      hyperparameters.strengths.count <= 1000, "strengths", hyperparameters.strengths.count,
      "at most 1000 of them")
    try checks.require(hyperparameters.pathLength, in: 1...1000, "pathLength")
    let ratio = hyperparameters.pathRatio
    try checks.require(ratio >= 1e-12 && ratio < 1, "pathRatio", ratio, "1e-12 to below 1")
    let share = hyperparameters.l1Ratio
    try checks.require(share >= 0.001 && share <= 1, "l1Ratio", share, "0.001 to 1")
    let epsilon = hyperparameters.huberEpsilon
    try checks.require(epsilon > 1 && epsilon <= 100, "huberEpsilon", epsilon, "above 1 to 100")
  }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ hyperparameters: Hyperparameters,
    in _: FitContext
  ) throws -> any Predictor {
    let moments = try LinearMoments(of: train)
    let path = LinearPath(moments, hyperparameters)
    var fits = try path.fits(to: [train])
    var notes: [String: Double] = [:]
    var chosen = fits.count / 2
    if let validating, validating.count > 0, fits.count > 1 {
      let choice = try LinearChoice(among: fits, on: validating, by: hyperparameters.select)
      chosen = choice.index
      if choice.score.isFinite {
        notes["validation_\(hyperparameters.select.rawValue)"] = choice.score
      }
    }
    if hyperparameters.refit, let validating, validating.count > 0 {
      fits[chosen] = try path.refit(
        fits[chosen], to: moments + LinearMoments(of: validating), of: [train, validating])
    }
    notes["strength"] = fits[chosen].strength
    notes["nonzero_coefficients"] = Double(fits[chosen].weights.count { $0 != 0 })
    return LinearPredictor(fit: fits[chosen], notes: notes)
  }
}
