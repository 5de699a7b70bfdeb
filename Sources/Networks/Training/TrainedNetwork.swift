import Market
import Torch

/// What a training run settled on; losses are in units of the labels' deviation.
public struct TrainingRecord: Sendable, Equatable {
  public struct Best: Sendable, Equatable {
    /// Counted from 1.
    public var epoch: Int
    public var trainLoss: Double
    public var validationLoss: Double
    public var validationRankIC: Double?
  }

  /// Epochs run.
  public var epochs = 0
  /// Of the last epoch, with dropout.
  public var trainLoss = 0.0
  /// `nil` without validation rows.
  public var best: Best?

  public var notes: [String: Double] {
    var notes = ["epochs": Double(epochs), "train_loss": best?.trainLoss ?? trainLoss]
    notes["best_epoch"] = (best?.epoch).map { Double($0) }
    notes["validation_loss"] = best?.validationLoss
    notes["validation_rank_ic"] = best?.validationRankIC
    return notes
  }
}

/// A network after training: it forecasts in the units of the training labels.
public struct TrainedNetwork<Network: ForecastingNetwork> {
  public let network: Network
  public let scale: LabelScale
  public let record: TrainingRecord

  public var notes: [String: Double] { record.notes }

  /// One finite value a row.
  ///
  /// - Throws: `TrainingError.notFinite`, and what the network's reader throws.
  public func predict(_ samples: Samples) throws -> [Float] {
    let forecasts = try network.forecasts(of: samples).map(scale.unscaled)
    if let row = forecasts.firstIndex(where: { !$0.isFinite }) {
      throw TrainingError.notFinite(row: row)
    }
    return forecasts
  }
}
