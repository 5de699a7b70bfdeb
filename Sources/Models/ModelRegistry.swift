import Market

/// Every model family, in the order reports list them: one file and one line each.
public let modelRegistry = Registry(
  "model family",
  [
    ModelEntry(MeanLabel.self, isYardstick: true),
    ModelEntry(Reversal.self, isYardstick: true),
    ModelEntry(Linear.self),
    ModelEntry(SupportVector.self),
    ModelEntry(RandomForest.self),
    ModelEntry(GradientBoosting.self),
    ModelEntry(DNN.self),
    ModelEntry(LSTM.self),
    ModelEntry(RelevanceLinear.self),
    ModelEntry(GNN.self),
    ModelEntry(Transformer.self),
    ModelEntry(ADD.self),
    ModelEntry(External.self, needsSettings: true),
  ])
