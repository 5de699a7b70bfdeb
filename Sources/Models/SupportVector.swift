import Market
import SupportVectors

/// Support vector regression: errors inside a tube of half-width ε are free.
///
/// Minimises ½‖w‖² + C Σ loss(|y − w·φ(x) − b| − ε), the loss being the positive part or its square.
/// - `linear`: φ(x) = x, by LIBLINEAR (Ho and Lin, 2012, *Large-scale Linear Support Vector
///   Regression*);
/// - `rbf`, up to `kernelRows` rows: the kernel exp(−γ‖x − x′‖²), by LIBSVM (Chang and Lin, 2011);
/// - `rbf`, beyond: the same kernel through `KernelFeatures`, by LIBLINEAR.
///
/// C and ε are those of a grid whose fit predicts the validation rows best (`SupportVectorSearch`).
enum SupportVector: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    var kernel = Kernel.linear
    /// What LIBLINEAR minimises; LIBSVM knows the absolute loss only.
    var loss = Loss.squared
    /// Values of C to choose from; empty for those of `SupportVectorGrid`.
    var costs: [Double] = []
    /// Values of ε to choose from, in units of the labels; empty for those of `SupportVectorGrid`.
    var epsilons: [Double] = []
    /// γ of the kernel; 0 for 1 / (columns · variance of the features), scikit-learn's `scale`.
    var gamma = 0.0
    /// The most training rows that LIBSVM, whose time grows with their square, is given.
    var kernelRows = 5000
    /// Training rows that stand for all of them in `KernelFeatures`.
    var landmarks = 256
    /// The most training rows that the grid is searched on; the chosen fit has them all.
    var searchRows = 50_000
    /// What makes a fit the best on the validation rows.
    var select = Linear.Selection.rankIC
    /// The solvers' own stopping tolerance.
    var tolerance = 1e-3
  }

  enum Kernel: String, SpecChoice {
    case linear, rbf
  }

  enum Loss: String, SpecChoice {
    /// By a Newton method that draws nothing at random.
    case squared = "squared_epsilon_insensitive"
    /// By dual coordinate descent, in an order that is random but always the same.
    case absolute = "epsilon_insensitive"
  }

  static let id = "svr"
  static let summary = "support vector regression: linear, or with an RBF kernel"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 1

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    let checks = RangeChecks(family: id)
    for (index, cost) in given.costs.enumerated() {
      try checks.requirePositive(cost, "costs[\(index)]")
    }
    for (index, epsilon) in given.epsilons.enumerated() {
      try checks.requireNotNegative(epsilon, "epsilons[\(index)]")
    }
    try checks.require(given.costs.count <= 100, "costs", given.costs.count, "at most 100 of them")
    try checks.require(
      given.epsilons.count <= 100, "epsilons", given.epsilons.count, "at most 100 of them")
    try checks.requireNotNegative(given.gamma, "gamma")
    try checks.require(given.kernelRows, in: 0...1_000_000, "kernelRows")
    try checks.require(given.landmarks, in: 1...20_000, "landmarks", "rows")
    try checks.require(given.searchRows, in: 1...1_000_000_000, "searchRows")
    try checks.require(
      given.tolerance > 0 && given.tolerance < 1, "tolerance", given.tolerance, "above 0, below 1")
  }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    guard train.count > 0, !train.samples.columns.isEmpty else {
      return MeanLabel.fit(train, validating: nil, .init(), in: context)
    }
    let machine = try SupportVectorMachine(given, fitting: train)
    let grid = SupportVectorGrid(given, train, isAbsolute: machine.isAbsolute)
    var notes: [String: Double] = [:]
    var chosen = grid.middle
    if let validating, validating.count > 0, grid.count > 1 {
      let search = try SupportVectorSearch(
        grid, of: machine, train, validating, by: given.select, rows: given.searchRows)
      chosen = search.choice
      notes["validation_\(given.select.rawValue)"] = search.score
      if let fitted = search.fitted {
        return machine.predictor(fitted, at: chosen, notes: notes)
      }
    }
    let fitted = try machine.fit(machine.rows(of: train), at: chosen)
    return machine.predictor(fitted, at: chosen, notes: notes)
  }
}
