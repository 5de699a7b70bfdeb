/// From which asset of the same date each asset takes its values, where columns are exchanged.
///
/// Permutation importance asks what a model loses when a column no longer belongs to its rows. On
/// each date the rows form one cycle in which every row takes from the next: all values of the
/// date's cross-section stay, nobody keeps its own, and by a random `order` every other row is
/// equally likely as the source. One order serves all dates, so that an asset takes a whole history
/// from another asset as long as the rows stay the same: a window of steps remains a path that
/// was really seen.
public struct FeatureExchange: Sendable {
  let dates: Int
  let assets: Int
  /// date × asset; an asset's own index where it has no row.
  private let sources: [Int32]

  /// Values pass between the rows that `keys` name on each date, along the cycle of `order`.
  ///
  /// - Precondition: keys are sorted and lie inside dates × assets; `order` has every asset once.
  /// - Complexity: O(dates · assets + keys · log(keys of a date)).
  public init(among keys: [SampleKey], dates: Int, assets: Int, order: [Int]) {
    precondition(order.sorted() == Array(0..<assets), "every asset once")
    var place = [Int](repeating: 0, count: assets)
    for (position, asset) in order.enumerated() { place[asset] = position }
    var sources = (0..<dates * assets).map { Int32($0 % max(1, assets)) }
    var start = 0
    for row in keys.indices where row + 1 == keys.count || keys[row + 1].date != keys[row].date {
      let cycle = keys[start...row].sorted { place[Int($0.asset)] < place[Int($1.asset)] }
      for (position, key) in cycle.enumerated() {
        let next = cycle[(position + 1) % cycle.count]
        sources[Int(key.date) * assets + Int(key.asset)] = next.asset
      }
      start = row + 1
    }
    (self.dates, self.assets, self.sources) = (dates, assets, sources)
  }

  /// The asset from which `asset` takes its values on `date`.
  public func source(of asset: Int, on date: Int) -> Int { Int(sources[date * assets + asset]) }
}

/// An exchange of some columns, as a view of samples applies it.
struct ExchangedColumns: Sendable {
  let exchange: FeatureExchange
  /// One a column of the feature panel.
  let isExchanged: [Bool]
}
