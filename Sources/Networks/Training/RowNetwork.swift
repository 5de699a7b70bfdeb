import Market
import Torch

/// Forecasts from the features of a row by itself.
public struct RowNetwork<Body: Layer>: ForecastingNetwork {
  public let body: Body
  private let columns: Int
  private let device: Device

  /// Takes a layer from [rows, columns] to [rows, 1].
  public init(_ body: Body, columns: Int, device: Device = .cpu) {
    (self.body, self.columns, self.device) = (body, columns, device)
  }

  public var parameters: [NamedTensor] { body.parameters }
  public var statistics: [NamedTensor] { body.statistics }

  /// - Throws: `TrainingError.columns` unless the samples have the columns of training.
  public func reader(of samples: Samples) throws -> (_ positions: [Int]) throws -> Tensor {
    let (columns, device) = (columns, device)
    guard samples.columns.count == columns else {
      throw TrainingError.columns(expected: columns, got: samples.columns.count)
    }
    // Transforming rows anew in every epoch costs more than the network; 128 MB is worth it.
    if samples.count * columns <= 32_000_000 {
      let matrix = try Tensor(
        samples.matrix(), shape: [samples.count, columns], device: device)
      return { try matrix.indexSelected(0, Tensor(indices: $0, device: device)) }
    }
    return { positions in
      var values: [Float] = []
      samples.gather(positions, into: &values)
      return try Tensor(values, shape: [positions.count, columns], device: device)
    }
  }

  public func forecast(_ batch: Tensor, _ pass: Pass) throws -> Tensor {
    // Only the last dimension: a batch of one row stays a batch.
    try body(batch, pass).squeezed(-1)
  }
}
