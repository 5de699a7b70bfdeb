import Foundation
import HDF5
import Market
import Testing

/// A block written by `benchmarks/peers/pyqlib_features.py`: date × asset × column.
struct QlibBlock {
  let dates: [String]
  let assets: [String]
  let columns: [String]
  private let values: [Float]

  init(_ name: String) throws {
    let path = try #require(
      Bundle.module.url(forResource: name, withExtension: "h5", subdirectory: "Goldens"))
    let file = try HDF5File(reading: path.path(percentEncoded: false))
    dates = try file.readStrings("dates")
    assets = try file.readStrings("assets")
    columns = try file.readStrings("columns")
    values = try file.read("values", as: Float.self)
    try #require(values.count == dates.count * assets.count * columns.count)
  }

  /// What a column's values are that do not agree with Qlib's, a line each; see `agreesWithQlib`.
  func disagreements(in features: FeaturePanel, column name: String) throws -> [String] {
    let column = try #require(columns.firstIndex(of: name))
    let own = try #require(features.columns.firstIndex(of: name))
    let positions = dates.indices.flatMap { date in assets.indices.map { (date, $0) } }
    let expected = positions.map { date, asset in
      Double(values[(date * assets.count + asset) * columns.count + column])
    }
    try #require(expected.count { !$0.isNaN } > expected.count / 4, "\(name) is nearly all missing")
    // pandas takes values out of a running variance again, and where a price stands still the root
    // of what is left of it stays.
    let zero = (name.hasPrefix("STD") ? 1e3 : 1) * zeroOfQlib(expected)
    return zip(positions, expected).compactMap { position, expected in
      let (date, asset) = position
      let got = Double(features[date, asset, own])
      return agreesWithQlib(got, expected, zero: zero)
        ? nil : "\(name) of \(assets[asset]) on \(dates[date]): \(got), Qlib has \(expected)"
    }
  }
}

/// What counts as 0 in a column: 1e-9 of its median magnitude.
///
/// A residual that is 0 by arithmetic is a rounding error in either program.
func zeroOfQlib(_ column: [Double]) -> Double {
  let magnitudes = column.filter { !$0.isNaN }.map(abs).sorted()
  return 1e-9 * (magnitudes.isEmpty ? 0 : magnitudes[magnitudes.count / 2])
}

/// Whether NaN stands where NaN stands, or the values agree to 1e-5 of themselves.
func agreesWithQlib(_ got: Double, _ expected: Double, zero: Double) -> Bool {
  expected.isNaN ? got.isNaN : abs(got - expected) <= max(1e-5 * abs(expected), zero)
}
