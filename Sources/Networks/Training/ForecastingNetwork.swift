import Market
import Torch

/// A network that forecasts one number a row: all that a network family has to supply.
///
/// What the rows look like to it (single rows, windows, whole cross-sections with a graph) is its
/// own affair; epochs, stopping, best weights and failures are the training loop's.
public protocol ForecastingNetwork: Parameterized {
  /// What one call reads.
  associatedtype Batch

  /// A way to fetch batches of these samples, by row position.
  ///
  /// Made once per fit or prediction, so that what is worth keeping can be kept.
  func reader(of samples: Samples) throws -> (_ positions: [Int]) throws -> Batch

  /// One forecast a row of the batch: [rows].
  func forecast(_ batch: Batch, _ pass: Pass) throws -> Tensor
}

extension ForecastingNetwork {
  /// One forecast a row, in evaluation, about `rows` at a time, always in whole dates.
  public func forecasts(of samples: Samples, rows: Int = 8192) throws -> [Float] {
    let read = try reader(of: samples)
    var result: [Float] = []
    result.reserveCapacity(samples.count)
    for range in samples.wholeDates(rows: rows) {
      result += try withoutGrad { try forecast(read(Array(range)), .evaluating).floats() }
    }
    return result
  }
}

extension Samples {
  /// Stretches of whole dates, each of at least `rows` rows but the last.
  func wholeDates(rows: Int) -> [Range<Int>] {
    var stretches: [Range<Int>] = []
    var start = 0
    for date in dateRanges where date.upperBound - start >= rows || date.upperBound == count {
      stretches.append(start..<date.upperBound)
      start = date.upperBound
    }
    return stretches
  }
}
