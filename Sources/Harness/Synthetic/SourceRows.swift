import Datasets
import Foundation
import Market

/// A market that models look at: its features, closes and labels, date × asset, and which of its dates are for what.
struct SourceRows {
  let features: FeaturePanel
  let closes: [Float]
  /// Transformed labels; NaN where missing.
  let targets: [Float]
  /// Forward simple returns; NaN where missing.
  let returns: [Float]
  /// Dates that may be learnt from and watched.
  var train: [Int]
  var validation: [Int]

  /// The labelled rows on some dates, in date-then-asset order.
  func keys(on dates: [Int]) -> [SampleKey] {
    dates.flatMap { date in
      (0..<features.assets).compactMap { asset in
        targets[date * features.assets + asset].isNaN
          ? nil : SampleKey(date: date, asset: asset)
      }
    }
  }

  func targets(of keys: [SampleKey]) -> [Float] { values(targets, keys) }
  func returns(of keys: [SampleKey]) -> [Float] { values(returns, keys) }

  private func values(_ source: [Float], _ keys: [SampleKey]) -> [Float] {
    keys.map { source[Int($0.date) * features.assets + Int($0.asset)] }
  }

  /// The last dates alone, all of them to be watched or tested.
  ///
  /// Before them stay as many dates as a window may look back on.
  func last(_ count: Int, after before: Int) -> SourceRows {
    let labelled = targets.lastIndex { !$0.isNaN }.map { $0 / features.assets + 1 } ?? 0
    let first = max(0, labelled - count - before)
    let assets = features.assets
    func cut(_ values: [Float]) -> [Float] { Array(values[first * assets..<labelled * assets]) }
    return SourceRows(
      features: features.dates(first..<labelled), closes: cut(closes), targets: cut(targets),
      returns: cut(returns), train: [],
      validation: Array(max(0, labelled - count - first)..<labelled - first))
  }

  /// Several markets of one universe, one after another, a date on which nothing is known between two.
  static func joined(_ parts: [SourceRows]) -> SourceRows {
    let (features, starts) = FeaturePanel.joined(parts.map(\.features))
    let assets = features.assets
    func column(_ name: KeyPath<SourceRows, [Float]>) -> [Float] {
      joinedDates(parts.map { $0[keyPath: name] }, width: assets).values
    }
    func dates(_ name: KeyPath<SourceRows, [Int]>) -> [Int] {
      zip(parts, starts).flatMap { part, start in part[keyPath: name].map { $0 + start } }
    }
    return SourceRows(
      features: features, closes: column(\.closes), targets: column(\.targets),
      returns: column(\.returns), train: dates(\.train), validation: dates(\.validation))
  }
}
