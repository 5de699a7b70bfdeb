import Market
import Trees

/// A random forest: the mean of deep trees, each grown on other rows and asking other features.
///
/// Breiman (2001), *Random Forests*, as XGBoost grows it: rows are drawn without replacement, the
/// features to choose from anew at every split, and thresholds come from a histogram.
enum RandomForest: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    var trees = 200
    /// Splits between a tree's root and a leaf, at most.
    var depth = 8
    /// Share of the training rows that each tree sees.
    var rowShare = 0.632
    /// Share of the features that each split may choose from.
    var columnShare = 1.0 / 3
    /// Rows that a leaf holds at least.
    var minimumLeaf = 20
  }

  static let id = "random_forest"
  static let summary = "random forest, by XGBoost"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 1

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    let checks = RangeChecks(family: id)
    try checks.require(given.trees, in: 1...100_000, "trees")
    try checks.require(given.depth, in: 1...32, "depth")
    try checks.requireShare(given.rowShare, "rowShare")
    try checks.requireShare(given.columnShare, "columnShare")
    try checks.require(given.minimumLeaf, in: 1...1_000_000_000, "minimumLeaf", "rows")
  }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    guard train.count > 0, !train.samples.columns.isEmpty else {
      return MeanLabel.fit(train, validating: nil, .init(), in: context)
    }
    return try grow(given, from: train, seed: context.treeSeed)
  }

  /// - Precondition: there are rows and columns.
  static func grow(
    _ given: Hyperparameters, from train: LabelledSamples, seed: UInt32
  ) throws -> TreePredictor {
    let parameters = BoosterParameters.randomForest(
      trees: given.trees, depth: given.depth, rowShare: given.rowShare,
      columnShare: given.columnShare, minimumLeafWeight: Double(given.minimumLeaf),
      baseScore: train.labelMoments.mean, seed: seed)
    let forest = try Booster.train(parameters, on: train.treeMatrix(), rounds: 1)
    return TreePredictor(booster: forest.booster, notes: ["trees": Double(given.trees)])
  }
}

extension FitContext {
  /// XGBoost's own generator starts from 32 bits of ours.
  var treeSeed: UInt32 {
    var stream = seeds.stream("trees")
    return UInt32(truncatingIfNeeded: stream.next() >> 33)
  }
}
