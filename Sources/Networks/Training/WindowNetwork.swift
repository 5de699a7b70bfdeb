import Market
import Torch

/// Forecasts from the features of an asset over several dates, up to the row's own.
public struct WindowNetwork<Body: Layer>: ForecastingNetwork {
  public let body: Body
  let layout: StepLayout
  private let columns: Int
  private let device: Device

  /// Takes a layer from [rows, steps, inputs] to [rows, 1], as the layout makes them of the columns.
  public init(_ body: Body, layout: StepLayout, columns: Int, device: Device = .cpu) {
    (self.body, self.layout, self.columns, self.device) = (body, layout, columns, device)
  }

  /// Dates that a row is read from, its own included.
  public var steps: Int { layout.dates }

  public var parameters: [NamedTensor] { body.parameters }
  public var statistics: [NamedTensor] { body.statistics }

  /// - Throws: `TrainingError.columns` unless the samples have the columns of training.
  public func reader(of samples: Samples) throws -> (_ positions: [Int]) throws -> Tensor {
    let read = try WindowReader(of: samples, steps: steps, columns: columns, device: device)
    return { try read($0) }
  }

  public func forecast(_ batch: Tensor, _ pass: Pass) throws -> Tensor {
    try batch.inPieces(pass) { try body(layout.apart($0), pass).squeezed(-1) }
  }
}

extension Tensor {
  /// Applies a function of rows that looks at each by itself, in evaluation to a piece at a time.
  ///
  /// A sequence has many times the intermediate values of a row: pieces bound their memory and stay
  /// in cache.
  public func inPieces(
    _ pass: Pass, of rows: Int = 512, _ function: (Tensor) throws -> Tensor
  ) throws -> Tensor {
    let count = shape[0]
    guard case .evaluating = pass, count > rows else { return try function(self) }
    return try .concatenated(
      stride(from: 0, to: count, by: rows).map { start in
        try function(narrowed(0, from: start, length: Swift.min(rows, count - start)))
      })
  }
}
