import Market
import Torch

/// Fetches feature windows of samples by row position: [rows, steps, columns], oldest step first.
///
/// Windows overlap, so they are never laid out side by side: every (date, asset) pair that some
/// window shows is kept once, assets one after another and dates in order, and a window is `steps`
/// consecutive rows of that table. Where even the table would be large, each batch is gathered from
/// the feature panel instead, with the same result.
public struct WindowReader {
  public let steps: Int
  private let samples: Samples
  private let device: Device
  private let table: Table?

  private struct Table {
    /// [pairs, columns].
    let rows: Tensor
    /// Where in `rows` the window of a sample ends, one a sample.
    let ends: [Int]
  }

  /// Takes samples of the number of columns of training.
  ///
  /// - Throws: `TrainingError.columns` for another.
  /// - Precondition: `steps` is at least 1.
  public init(
    of samples: Samples, steps: Int, columns: Int, device: Device = .cpu,
    largestTable: Int = 32_000_000
  ) throws {
    guard samples.columns.count == columns else {
      throw TrainingError.columns(expected: columns, got: samples.columns.count)
    }
    (self.samples, self.steps, self.device) = (samples, steps, device)
    table = try Self.table(of: samples, steps: steps, device: device, largest: largestTable)
  }

  public func callAsFunction(_ positions: [Int]) throws -> Tensor {
    let shape = [positions.count, steps, samples.columns.count]
    guard let table else {
      var values: [Float] = []
      samples.gatherWindows(positions, steps: steps, into: &values)
      return try Tensor(values, shape: shape, device: device)
    }
    var indices: [Int] = []
    indices.reserveCapacity(positions.count * steps)
    for position in positions {
      let end = table.ends[position]
      indices.append(contentsOf: end - steps + 1...end)
    }
    return try table.rows.indexSelected(0, Tensor(indices: indices, device: device))
      .reshaped(shape)
  }

  /// `nil` where it would hold more than `largest` numbers.
  private static func table(
    of samples: Samples, steps: Int, device: Device, largest: Int
  ) throws -> Table? {
    let width = samples.columns.count
    var byAsset = [[Int]](repeating: [], count: samples.universe.count)
    for (position, key) in samples.keys.enumerated() { byAsset[Int(key.asset)].append(position) }
    // Dates that a window adds to those of the asset's window before it.
    func fresh(_ position: Int, after previous: Int?) -> Int {
      guard let previous,
        samples.firstDate(visibleAt: previous) == samples.firstDate(visibleAt: position)
      else { return steps }
      return min(steps, Int(samples.keys[position].date - samples.keys[previous].date))
    }
    var pairs = 0
    for positions in byAsset {
      for (index, position) in positions.enumerated() {
        pairs += fresh(position, after: index > 0 ? positions[index - 1] : nil)
      }
    }
    guard pairs <= largest / max(1, width) else { return nil }
    var values: [Float] = []
    values.reserveCapacity(pairs * width)
    var ends = [Int](repeating: 0, count: samples.count)
    var filled = 0
    for positions in byAsset {
      for (index, position) in positions.enumerated() {
        let added = fresh(position, after: index > 0 ? positions[index - 1] : nil)
        samples.gatherWindows(CollectionOfOne(position), steps: added, into: &values)
        filled += added
        ends[position] = filled - 1
      }
    }
    return Table(
      rows: try Tensor(values, shape: [pairs, width], device: device), ends: ends)
  }
}
