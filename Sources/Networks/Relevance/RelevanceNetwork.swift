import Market
import Torch

/// A network over single rows or windows whose forecasts can be taken apart.
public protocol RelevanceNetwork: ForecastingNetwork where Batch == Tensor {
  /// Dates that a row shows, its own included.
  var steps: Int { get }

  /// Relevance of each value that a row shows, [rows, steps, columns], in units of the forecasts.
  func relevance(of batch: Tensor, _ rule: EpsilonRule) throws -> Tensor
}

extension RowNetwork: RelevanceNetwork where Body: RelevancePropagating {
  public var steps: Int { 1 }

  public func relevance(of batch: Tensor, _ rule: EpsilonRule) throws -> Tensor {
    try body.relevance(of: batch, rule).unsqueezed(1)
  }
}

extension WindowNetwork: RelevanceNetwork where Body: RelevancePropagating {
  public func relevance(of batch: Tensor, _ rule: EpsilonRule) throws -> Tensor {
    try batch.inPieces(.evaluating) {
      try layout.together(body.relevance(of: layout.apart($0), rule))
    }
  }
}

extension TrainedNetwork where Network: RelevanceNetwork {
  /// What each feature at each step added to each forecast.
  ///
  /// The relevance of what the network said, times the deviation of the training labels; the base
  /// value is their mean. With δ = 1 nothing is left over: what stabilisers and biases keep is
  /// spread over the inputs.
  /// - Complexity: memory for rows · steps · columns values; ask about some of the rows.
  /// - Throws: what the network's reader throws.
  public func contributionsByStep(
    _ samples: Samples, _ rule: EpsilonRule
  ) throws -> StepContributions {
    var values: [Float] = []
    values.reserveCapacity(samples.count * network.steps * samples.columns.count)
    try forEachRelevance(of: samples, rule) { _, relevance in
      values += try relevance.contiguous().floats()
    }
    return StepContributions(
      steps: network.steps, columns: samples.columns, values: values, baseValue: scale.mean)
  }

  /// The same summed over the steps: rows × columns, row-major.
  public func contributionValues(
    _ samples: Samples, _ rule: EpsilonRule
  ) throws -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(samples.count * samples.columns.count)
    try forEachRelevance(of: samples, rule) { _, relevance in
      values += try relevance.sum(1).contiguous().floats()
    }
    return values
  }

  /// Inputs and relevance in units of the labels, [rows, steps, columns] both, some rows at a time.
  func forEachRelevance(
    of samples: Samples, _ rule: EpsilonRule,
    _ body: (_ inputs: Tensor, _ relevance: Tensor) throws -> Void
  ) throws {
    let read = try network.reader(of: samples)
    for range in samples.wholeDates(rows: 2048) {
      try withoutGrad {
        let batch = try read(Array(range))
        let relevance = try network.relevance(of: batch, rule) * Double(scale.deviation)
        try body(batch.reshaped(relevance.shape), relevance)
      }
    }
  }
}
