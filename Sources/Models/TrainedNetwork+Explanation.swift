import Market
import Networks

/// Contributions are the relevance of what the network says (see `RelevancePropagating`), what
/// stabilisers and biases keep being spread over the features; the base value is the mean training
/// label.
extension TrainedNetwork: ExplainablePredictor, StepExplainablePredictor
where Network: RelevanceNetwork {
  public var method: ExplanationMethod { .lrp }

  public func contributions(_ samples: Samples) throws -> FeatureContributions {
    FeatureContributions(
      columns: samples.columns, values: try contributionValues(samples, EpsilonRule()),
      baseValue: scale.mean)
  }

  public func contributionsByStep(_ samples: Samples) throws -> StepContributions {
    try contributionsByStep(samples, EpsilonRule())
  }
}
