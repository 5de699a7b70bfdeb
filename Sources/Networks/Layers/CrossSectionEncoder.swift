import Market
import Torch

/// Attention of the rows of a date to each other: [rows, width] → the same.
///
/// Rows have no order within a date, so there is no positional encoding: who else is there matters, not
/// where. As the attention between stocks of Li et al. (2024), *MASTER: Market-Guided Stock
/// Transformer*, on the encoding of the last step.
public struct CrossSectionEncoder: Parameterized {
  private let stack: EncoderStack

  /// - Precondition: at least one layer.
  public init(
    _ shape: EncoderLayer.Shape, layers: Int, using stream: inout SeedStream,
    device: Device = .cpu, dtype: DType = .float32
  ) throws {
    stack = try EncoderStack(shape, layers: layers, using: &stream, device: device, dtype: dtype)
  }

  public var parameters: [NamedTensor] { stack.parameters }

  /// Rows of one date lie together: `counts` says how many, date by date.
  ///
  /// - Complexity: O(dates · (rows of the largest date)² · width).
  public func callAsFunction(
    _ rows: Tensor, counts: [Int], _ pass: Pass
  ) throws -> Tensor {
    let (dates, most, width) = (counts.count, counts.max() ?? 0, rows.shape[1])
    guard counts.contains(where: { $0 != most }) else {
      return try stack(rows.reshaped(dates, most, width), pass).reshaped(-1, width)
    }
    // Each date is filled up to the largest with copies of some row, which nobody attends to.
    var places: [Int] = []
    var sources = [Int](repeating: 0, count: dates * most)
    for (date, count) in counts.enumerated() {
      for place in date * most..<date * most + count {
        sources[place] = places.count
        places.append(place)
      }
    }
    let positions = try Tensor.arange(to: Double(most), dtype: .int64, device: rows.device)
    let sizes = try Tensor(indices: counts, shape: [dates, 1], device: rows.device)
    let tokens = try rows.indexSelected(0, Tensor(indices: sources, device: rows.device))
    let values = try stack(
      tokens.reshaped(dates, most, width), absent: positions.greaterOrEqual(sizes), pass)
    return try values.reshaped(-1, width)
      .indexSelected(0, Tensor(indices: places, device: rows.device))
  }
}
