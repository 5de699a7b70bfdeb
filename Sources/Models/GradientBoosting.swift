import Market
import Trees

/// Gradient-boosted trees: each corrects a little of what the ones before it left.
///
/// Friedman (2001), *Greedy Function Approximation: A Gradient Boosting Machine*; Chen and Guestrin
/// (2016), *XGBoost: A Scalable Tree Boosting System*, whose histogram trees these are.
enum GradientBoosting: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    /// Trees at most; without validation rows, exactly.
    var rounds = 400
    /// Rounds without a lower squared error on the validation rows before growing stops.
    var patience = 40
    /// How much of what a tree says is taken over.
    var learningRate = 0.05
    /// Splits between a tree's root and a leaf, at most.
    var depth = 4
    /// Rows that a leaf holds at least.
    var minimumLeaf = 20
    /// Share of the training rows that each tree sees.
    var rowShare = 0.7
    /// Share of the features that each tree sees.
    var columnShare = 0.7
    /// λ: a leaf of *n* rows says *n*/(*n* + λ) of their mean residual.
    var l2 = 50.0
    /// Taken off the sum of a leaf's residuals, towards 0.
    var l1 = 0.0
  }

  static let id = "gbdt"
  static let summary = "gradient-boosted trees with early stopping, by XGBoost"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 1

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    let checks = RangeChecks(family: id)
    try checks.require(given.rounds, in: 1...1_000_000, "rounds")
    try checks.require(given.patience, in: 1...1_000_000, "patience", "rounds")
    try checks.requireShare(given.learningRate, "learningRate")
    try checks.require(given.depth, in: 1...32, "depth")
    try checks.require(given.minimumLeaf, in: 1...1_000_000_000, "minimumLeaf", "rows")
    try checks.requireShare(given.rowShare, "rowShare")
    try checks.requireShare(given.columnShare, "columnShare")
    for (key, penalty) in [("l2", given.l2), ("l1", given.l1)] {
      try checks.require(penalty >= 0 && penalty <= 1e30, key, penalty, "0 to 1e30")
    }
  }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    guard train.count > 0, !train.samples.columns.isEmpty else {
      return MeanLabel.fit(train, validating: nil, .init(), in: context)
    }
    return try boost(given, from: train, validating: validating, seed: context.treeSeed)
  }

  /// - Precondition: there are training rows and columns.
  static func boost(
    _ given: Hyperparameters, from train: LabelledSamples, validating: LabelledSamples?,
    seed: UInt32
  ) throws -> TreePredictor {
    var watch: Booster.Watch?
    if let validating, validating.count > 0 {
      watch = .init(try validating.treeMatrix(), patience: given.patience)
    }
    let training = try Booster.train(
      parameters(given, baseScore: train.labelMoments.mean, seed: seed),
      on: train.treeMatrix(), rounds: given.rounds, watching: watch)
    var notes = ["rounds": Double(try training.booster.rounds)]
    if let best = training.bestRound { notes["validation_rmse"] = training.scores[best] }
    return TreePredictor(booster: training.booster, notes: notes)
  }

  private static func parameters(
    _ given: Hyperparameters, baseScore: Double, seed: UInt32
  ) -> BoosterParameters {
    BoosterParameters([
      "objective": "reg:squarederror", "tree_method": "hist", "eval_metric": "rmse",
      "learning_rate": "\(given.learningRate)", "max_depth": "\(given.depth)",
      "min_child_weight": "\(given.minimumLeaf)", "subsample": "\(given.rowShare)",
      "colsample_bytree": "\(given.columnShare)",
      // A penalty too small for a `Float` is none: libxgboost refuses to read it.
      "reg_lambda": "\(Float(given.l2))", "reg_alpha": "\(Float(given.l1))",
      "base_score": "\(baseScore)", "seed": "\(seed)",
    ])
  }
}
