import CXGBoost

/// Trained trees, owning exactly one native booster.
public final class Booster {
  let handle: OpaquePointer
  /// How many columns a row has to have.
  public let columns: Int

  /// Takes over a trained or loaded booster, which `deinit` gives back.
  init(adopting handle: OpaquePointer, threads: Int) throws(TreesError) {
    // Set before anything can throw: `deinit` runs for a class whose stored properties are all set.
    self.handle = handle
    var count: UInt64 = 0
    let status = cxgb_booster_columns(handle, &count)
    columns = Int(clamping: count)
    try check("counting columns", status)
    try set(["nthread": "\(nativeCount(threads, named: "threads", from: 1))"])
  }

  /// Takes over a booster that has seen no rows yet.
  init(untrained handle: OpaquePointer, columns: Int) {
    self.handle = handle
    self.columns = columns
  }

  deinit { cxgb_booster_free(handle) }

  func set(_ parameters: [String: String]) throws(TreesError) {
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      try check("setting \(name)", cxgb_booster_set(handle, name, value))
    }
  }

  /// Rounds of boosting that the booster holds: 1 for a forest.
  public var rounds: Int {
    get throws(TreesError) {
      var count: Int32 = 0
      try check("counting rounds", cxgb_booster_rounds(handle, &count))
      return Int(count)
    }
  }

  /// One value a row, on the scale of the labels.
  ///
  /// - Throws: `TreesError.wrongSize` for rows of another width, or for an objective that has
  ///   several outputs.
  public func predict(_ matrix: DMatrix) throws(TreesError) -> [Float] {
    try run(CXGB_VALUE, on: matrix, valuesPerRow: 1)
  }

  /// What each column adds to each prediction: rows × (columns + 1), row-major, the bias last.
  ///
  /// Exact tree SHAP (Lundberg et al., 2020): a row's values sum to its prediction before any link
  /// function.
  /// - Complexity: O(rows · trees · leaves · depth²).
  public func contributions(_ matrix: DMatrix) throws(TreesError) -> [Float] {
    try run(CXGB_CONTRIBUTIONS, on: matrix, valuesPerRow: columns + 1)
  }

  /// Average reduction of loss by the splits on each column; 0 for a column that no split uses.
  public func gains() throws(TreesError) -> [Float] {
    var gains = [Float](repeating: 0, count: columns)
    try check("scoring columns", cxgb_booster_gains(handle, &gains, UInt64(columns)))
    return gains
  }

  private func run(
    _ kind: cxgb_prediction, on matrix: DMatrix, valuesPerRow: Int
  ) throws(TreesError) -> [Float] {
    guard matrix.columns == columns else {
      throw .wrongSize(of: "columns", expected: columns, got: matrix.columns)
    }
    var values: UnsafePointer<Float>?
    var count: UInt64 = 0
    try check("predicting", cxgb_booster_predict(handle, matrix.handle, kind, &values, &count))
    guard let values, count == UInt64(matrix.rows * valuesPerRow) else {
      throw .wrongSize(
        of: "predictions", expected: matrix.rows * valuesPerRow, got: Int(clamping: count))
    }
    // The library lends its buffer until the next call.
    return Array(UnsafeBufferPointer(start: values, count: matrix.rows * valuesPerRow))
  }
}

/// Deliberate: prediction keeps caches in the handle, so a booster stays in the task that made it.
@available(*, unavailable)
extension Booster: Sendable {}
