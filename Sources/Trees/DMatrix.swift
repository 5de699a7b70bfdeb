import CXGBoost

/// Rows as libxgboost keeps them, owning exactly one native matrix.
///
/// The values are copied, at about 8 bytes each. A missing value is NaN; an infinite one is refused.
public final class DMatrix {
  let handle: OpaquePointer
  public let rows: Int
  public let columns: Int

  /// Copies `rows` × `columns` row-major values.
  ///
  /// - Throws: `TreesError.wrongSize`, or `.native` for an infinite value or a label that is no number.
  public convenience init(
    _ values: [Float], columns: Int, labels: [Float]? = nil, weights: [Float]? = nil,
    threads: Int = 1
  ) throws(TreesError) {
    guard columns > 0 else {
      throw .outOfRange(name: "columns", value: columns, accepted: "at least 1")
    }
    guard !values.isEmpty, values.count % columns == 0 else {
      let rows = max(1, values.count / columns)
      throw .wrongSize(of: "values", expected: rows * columns, got: values.count)
    }
    let threads = try nativeCount(threads, named: "threads", from: 1)
    var handle: OpaquePointer?
    let rows = values.count / columns
    try check(
      "creating a matrix",
      cxgb_matrix_create(values, UInt64(rows), UInt64(columns), threads, &handle))
    guard let handle else { throw .native(call: "creating a matrix", message: "no handle") }
    self.init(adopting: handle, rows: rows, columns: columns)
    if let labels { try set("label", labels) }
    if let weights { try set("weight", weights) }
  }

  /// Takes over a handle, which `deinit` gives back.
  private init(adopting handle: OpaquePointer, rows: Int, columns: Int) {
    self.handle = handle
    self.rows = rows
    self.columns = columns
  }

  deinit { cxgb_matrix_free(handle) }

  private func set(_ field: String, _ values: [Float]) throws(TreesError) {
    guard values.count == rows else {
      throw .wrongSize(of: "\(field)s", expected: rows, got: values.count)
    }
    try check("setting \(field)s", cxgb_matrix_set(handle, field, values, UInt64(values.count)))
  }
}

/// Deliberate: a matrix is used by one thread at a time and stays in the task that made it.
@available(*, unavailable)
extension DMatrix: Sendable {}

/// A count as C's `int`, refused outside `lowest...Int32.max`.
func nativeCount(
  _ value: Int, named name: String, from lowest: Int
) throws(TreesError) -> Int32 {
  guard value >= lowest, let native = Int32(exactly: value) else {
    throw .outOfRange(name: name, value: value, accepted: "\(lowest) to \(Int32.max)")
  }
  return native
}
