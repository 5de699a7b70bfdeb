import Market
import Torch

/// A transformer over the steps of a window, read out at the last, with or without attention across
/// the rows of a date.
///
/// Features are mapped to tokens by a linear layer and told apart by position. Within a window every
/// step sees every other: none is later than the row's own date.
public struct TransformerNetwork: ForecastingNetwork {
  /// How it is built; the weights are drawn from a stream.
  public struct Shape: Sendable, Equatable {
    public var layout: StepLayout
    public var columns: Int
    /// Over time.
    public var layers: Int
    /// Over the rows of a date.
    public var crossSectionLayers: Int
    public var layer: EncoderLayer.Shape

    public init(
      layout: StepLayout, columns: Int, layers: Int, crossSectionLayers: Int = 0,
      layer: EncoderLayer.Shape
    ) {
      (self.layout, self.columns, self.layers) = (layout, columns, layers)
      (self.crossSectionLayers, self.layer) = (crossSectionLayers, layer)
    }
  }

  public struct Batch {
    /// [rows, steps, columns].
    let windows: Tensor
    /// Rows of each date, in their order.
    let counts: [Int]

    /// Rows of one date lie together.
    public init(windows: Tensor, counts: [Int]) {
      (self.windows, self.counts) = (windows, counts)
    }
  }

  public let shape: Shape
  private let entrance: Linear
  private let encoding: PositionalEncoding
  private let encoder: EncoderStack
  private let crossSection: CrossSectionEncoder?
  private let head: Linear
  private let dropout: Dropout
  private let device: Device

  /// - Precondition: at least one layer over time; heads divide the width.
  public init(
    _ shape: Shape, using stream: inout SeedStream, device: Device = .cpu,
    dtype: DType = .float32
  ) throws {
    let width = shape.layer.width
    (self.shape, self.device) = (shape, device)
    entrance = try Linear(
      shape.layout.inputs(of: shape.columns), width, using: &stream, device: device, dtype: dtype)
    encoding = try PositionalEncoding(
      steps: shape.layout.steps, width: width, device: device, dtype: dtype)
    encoder = try EncoderStack(
      shape.layer, layers: shape.layers, using: &stream, device: device, dtype: dtype)
    crossSection =
      shape.crossSectionLayers > 0
      ? try CrossSectionEncoder(
        shape.layer, layers: shape.crossSectionLayers, using: &stream, device: device,
        dtype: dtype) : nil
    head = try Linear(width, 1, using: &stream, device: device, dtype: dtype)
    dropout = Dropout(shape.layer.dropout)
  }

  public var parameters: [NamedTensor] {
    entrance.parameters.prefixed("entrance") + encoder.parameters.prefixed("encoder")
      + (crossSection?.parameters.prefixed("cross_section") ?? [])
      + head.parameters.prefixed("head")
  }

  /// - Throws: `TrainingError.columns` unless the samples have the columns of training.
  public func reader(of samples: Samples) throws -> (_ positions: [Int]) throws -> Batch {
    let read = try WindowReader(
      of: samples, steps: shape.layout.dates, columns: shape.columns, device: device)
    let keys = samples.keys
    return { positions in
      var counts: [Int] = []
      for (index, position) in positions.enumerated() {
        if index > 0, keys[position].date == keys[positions[index - 1]].date {
          counts[counts.count - 1] += 1
        } else {
          counts.append(1)
        }
      }
      return Batch(windows: try read(positions), counts: counts)
    }
  }

  public func forecast(_ batch: Batch, _ pass: Pass) throws -> Tensor {
    var values = try batch.windows.inPieces(pass) { windows in
      let tokens = try encoding(entrance(shape.layout.apart(windows), pass), pass)
      return try encoder.last(dropout(tokens, pass), pass)
    }
    if let crossSection { values = try crossSection(values, counts: batch.counts, pass) }
    return try head(values, pass).squeezed(-1)
  }
}
