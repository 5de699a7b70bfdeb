import Market
import Torch

/// A disentangling network after training, with the units of its labels.
public struct TrainedDisentanglement {
  public let network: DisentanglingNetwork
  public let scale: LabelScale
  /// Terciles of the training days; `nil` where no market return was known.
  public let trend: MarketTrend?
  public let notes: [String: Double]

  public init(
    network: DisentanglingNetwork, scale: LabelScale, trend: MarketTrend?,
    notes: [String: Double]
  ) {
    (self.network, self.scale) = (network, scale)
    (self.trend, self.notes) = (trend, notes)
  }

  /// One finite excess return a row, in units of the training labels.
  ///
  /// - Throws: `TrainingError.notFinite`, and `TrainingError.columns` for other features.
  public func predict(_ samples: Samples) throws -> [Float] {
    let forecasts = try network.forecasts(of: samples).map(scale.unscaled)
    if let row = forecasts.firstIndex(where: { !$0.isFinite }) {
      throw TrainingError.notFinite(row: row)
    }
    return forecasts
  }
}

extension DisentanglingNetwork {
  /// Codes of rows in evaluation, excess beside market: [count, 2 · hidden].
  public func codes(
    of read: WindowReader, count: Int, device: Device = .cpu
  ) throws -> Tensor {
    try withoutGrad {
      let pieces = try stride(from: 0, to: count, by: 512).map { start in
        let codes = try codes(read(Array(start..<min(start + 512, count))), .evaluating)
        return try Tensor.concatenated([codes.excess, codes.market], -1)
      }
      guard !pieces.isEmpty else { return try .zeros([0, 2 * shape.hidden], device: device) }
      return try .concatenated(pieces)
    }
  }

  /// Mean squared errors of excess returns and of windows, and the mean daily RankIC, in evaluation.
  func errors(
    on rows: LabelledSamples, _ scale: LabelScale, device: Device
  ) throws -> (excess: Double, reconstruction: Double, rankIC: Double?) {
    let read = try WindowReader(
      of: rows.samples, steps: shape.steps, columns: shape.columns, device: device)
    let labels = rows.labels.map(scale.scaled)
    var (forecasts, squares): ([Float], Double) = ([], 0)
    for start in stride(from: 0, to: rows.count, by: 512) {
      let range = start..<min(start + 512, rows.count)
      try withoutGrad {
        let windows = try read(Array(range))
        let codes = try codes(windows, .evaluating)
        forecasts += try excessPredictor(codes.excess, .evaluating).squeezed(-1).floats()
        let error = try reconstruction(codes, .evaluating).squaredError(windows)
        squares += try error.item() * Double(range.count)
      }
    }
    return (
      Loss.mse.mean(forecasts, labels), squares / Double(max(1, rows.count)),
      forecasts.allSatisfy { $0.isFinite }
        ? meanRankCorrelation(forecasts, labels, rows.samples) : nil
    )
  }
}
