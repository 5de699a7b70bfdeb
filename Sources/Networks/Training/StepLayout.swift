import Market
import Torch

/// Where the steps of a window come from: the last dates of the panel, or the columns of the row's own.
///
/// A feature set of raw windows lays out the last dates of each field side by side, oldest first
/// (`CLOSE59` to `CLOSE0`, `OPEN59` …). A network over time can take these apart again, as Qlib's do
/// with Alpha360, and then sees all prices over today's.
public struct StepLayout: Sendable, Equatable {
  /// Dates of the panel that are gathered, the row's own included.
  public let dates: Int
  /// Dates that the columns of one row lay out; 1 where they are features of its date.
  let inColumns: Int

  /// The last `dates` dates; columns are features of theirs.
  ///
  /// - Precondition: `dates` is at least 1.
  public init(dates: Int) {
    precondition(dates >= 1)
    self.init(dates: dates, inColumns: 1)
  }

  private init(dates: Int, inColumns: Int) {
    (self.dates, self.inColumns) = (dates, inColumns)
  }

  /// `steps` dates or, where it is 0, those that the columns of these samples lay out.
  ///
  /// - Throws: `TrainingError.noWindowInColumns` where they lay out none.
  public init(steps: Int, of samples: Samples) throws(TrainingError) {
    guard steps == 0 else {
      self.init(dates: steps)
      return
    }
    let (window, columns) = (samples.window, samples.columns.count)
    guard window > 1, columns.isMultiple(of: window) else {
      throw .noWindowInColumns(columns: columns)
    }
    self.init(dates: 1, inColumns: window)
  }

  /// Steps that a network is shown.
  public var steps: Int { dates * inColumns }

  /// Inputs of a step, of so many columns.
  public func inputs(of columns: Int) -> Int { columns / inColumns }

  /// [rows, dates, columns] → [rows, steps, inputs].
  func apart(_ windows: Tensor) throws -> Tensor {
    guard inColumns > 1 else { return windows }
    let (rows, columns) = (windows.shape[0], windows.shape[2])
    return try windows.reshaped(rows, inputs(of: columns), inColumns).transposed(1, 2).contiguous()
  }

  /// The way back.
  func together(_ steps: Tensor) throws -> Tensor {
    guard inColumns > 1 else { return steps }
    let (rows, inputs) = (steps.shape[0], steps.shape[2])
    return try steps.transposed(1, 2).reshaped(rows, 1, inputs * inColumns)
  }
}
