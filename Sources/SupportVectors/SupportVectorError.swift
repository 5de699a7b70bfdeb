import CLinear
import CSVM

/// What can go wrong between a caller and liblinear or libsvm.
public enum SupportVectorError: Error, Equatable, CustomStringConvertible {
  public enum Library: String, Sendable { case liblinear, libsvm }

  /// The library refused; the message is its own, of its parameter check most often.
  case native(Library, call: String, message: String)
  case wrongSize(of: String, expected: Int, got: Int)
  /// A value or label that is NaN or infinite; the libraries would not notice.
  case notFinite(String, row: Int)
  /// A setting that the libraries' own checks would let pass, such as NaN.
  case invalidSetting(String, accepted: String)

  public var description: String {
    switch self {
    case .native(let library, let call, let message): "\(library.rawValue), \(call): \(message)"
    case .wrongSize(let what, let expected, let got): "\(what): expected \(expected), got \(got)"
    case .notFinite(let what, let row): "\(what) of row \(row) is not finite"
    case .invalidSetting(let name, let accepted): "\(name) is out of range; accepted: \(accepted)"
    }
  }
}

/// The only place that reads a status or a library's message.
func check(
  _ library: SupportVectorError.Library, _ call: String, _ status: Int32
) throws(SupportVectorError) {
  guard status != 0 else { return }
  let message =
    switch library {
    case .liblinear: clin_last_error()
    case .libsvm: csvm_last_error()
    }
  throw .native(library, call: call, message: message.map { String(cString: $0) } ?? "")
}

/// Refuses rows and labels that the libraries would read past or never converge on.
///
/// - Returns: The number of rows.
func checkedRows(
  _ values: [Float], columns: Int, labels: [Float]?
) throws(SupportVectorError) -> Int {
  guard columns > 0 else { throw .wrongSize(of: "columns", expected: 1, got: columns) }
  let rows = values.count / columns
  guard rows * columns == values.count else {
    throw .wrongSize(of: "values", expected: rows * columns, got: values.count)
  }
  if let row = firstNotFinite(values) { throw .notFinite("a value", row: row / columns) }
  guard let labels else { return rows }
  guard rows > 0 else { throw .wrongSize(of: "values", expected: columns, got: 0) }
  guard labels.count == rows else {
    throw .wrongSize(of: "labels", expected: rows, got: labels.count)
  }
  if let row = firstNotFinite(labels) { throw .notFinite("the label", row: row) }
  return rows
}

func checkedSettings(_ settings: [(name: String, value: Double)]) throws(SupportVectorError) {
  for (name, value) in settings where !value.isFinite {
    throw .invalidSetting(name, accepted: "a finite number")
  }
}

private func firstNotFinite(_ values: [Float]) -> Int? {
  values.withUnsafeBufferPointer { $0.firstIndex { !$0.isFinite } }
}
