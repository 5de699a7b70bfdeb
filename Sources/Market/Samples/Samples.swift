/// Rows a model may look at: (date, asset) pairs over a shared feature panel, without copies.
///
/// Keys are sorted by date, then asset. Values come out transformed (see `FeatureTransform`) and
/// always finite. Nothing here reveals a date later than the row that is asked about.
public struct Samples: Sendable {
  public let keys: [SampleKey]
  public let universe: Universe
  // Kept from other modules: a model reads rows through the methods below.
  let features: FeaturePanel
  let transform: FeatureTransform
  /// Closes, date × asset, for what looks back over prices rather than features.
  let closes: [Float]
  /// The first date that each date may look back to; `nil` where that is 0 for all.
  private let earliest: [Int32]?
  /// Columns that every row reads from another asset of its date (see `exchanging`).
  private var exchanged: ExchangedColumns?

  /// - Precondition: keys are sorted and inside the panel; one transform entry per column.
  public init(
    keys: [SampleKey], features: FeaturePanel, transform: FeatureTransform, universe: Universe,
    closes: [Float]
  ) {
    self.init(
      keys: keys, features: features, transform: transform, universe: universe, closes: closes,
      earliest: nil)
  }

  /// The same where dates look back no further than `earliest`, one a date: what lies before is
  /// another history.
  init(
    keys: [SampleKey], features: FeaturePanel, transform: FeatureTransform, universe: Universe,
    closes: [Float], earliest: [Int32]?
  ) {
    precondition(earliest.map { $0.count == features.dates } ?? true)
    precondition(transform.center.count == features.columns.count)
    precondition(closes.count == features.dates * features.assets)
    precondition(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }, "keys out of order")
    precondition(
      keys.allSatisfy {
        (0..<features.dates).contains(Int($0.date)) && (0..<features.assets).contains(Int($0.asset))
      }, "a key outside the panel")
    self.keys = keys
    self.features = features
    self.transform = transform
    self.universe = universe
    self.closes = closes
    self.earliest = earliest
  }

  /// The first date that `date` may look back to.
  func earliest(visibleOn date: Int) -> Int { earliest.map { Int($0[date]) } ?? 0 }

  /// The first date that the row at a position may look back to, beyond which features are 0.
  ///
  /// The panel's first, but for made rows: each cross-section of those has a history of its own.
  public func firstDate(visibleAt position: Int) -> Int {
    earliest(visibleOn: Int(keys[position].date))
  }

  public var count: Int { keys.count }
  public var columns: [String] { features.columns }
  /// Dates that the columns of a row show, its own included (see `FeaturePanel.window`).
  public var window: Int { features.window }

  /// The same view of some of its rows.
  ///
  /// - Precondition: every key is one of this view's own, so that nobody selects what was withheld.
  public func selecting(_ keys: [SampleKey]) -> Samples {
    var position = self.keys.startIndex
    for key in keys {
      while position < self.keys.endIndex, self.keys[position] < key { position += 1 }
      precondition(
        position < self.keys.endIndex && self.keys[position] == key, "a key not of this view")
    }
    var selected = Samples(
      keys: keys, features: features, transform: transform, universe: universe, closes: closes,
      earliest: earliest)
    selected.exchanged = exchanged
    return selected
  }

  /// The same rows, with the values of some columns taken from other assets of the same date.
  ///
  /// Every way of reading features sees the exchange: rows, windows and cross-sections. Nothing is
  /// copied. What is not a feature (trailing returns, which assets have a close) stays as it is.
  /// - Precondition: columns of this view, which exchanges none yet; an exchange of its panel's size.
  public func exchanging(_ columns: [Int], by exchange: FeatureExchange) -> Samples {
    precondition(exchanged == nil, "exchanged already")
    precondition((exchange.dates, exchange.assets) == (features.dates, features.assets))
    var isExchanged = [Bool](repeating: false, count: self.columns.count)
    for column in columns { isExchanged[column] = true }
    var view = self
    view.exchanged = ExchangedColumns(exchange: exchange, isExchanged: isExchanged)
    return view
  }

  /// Stretches of equal date, as ranges of row positions, in date order.
  public var dateRanges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for row in keys.indices where row + 1 == keys.count || keys[row + 1].date != keys[row].date {
      ranges.append(start..<row + 1)
      start = row + 1
    }
    return ranges
  }

  /// Features of the rows at `positions`: rows × columns, row-major, transformed.
  public func gather(_ positions: some Collection<Int>, into target: inout [Float]) {
    let width = columns.count
    target.reserveCapacity(target.count + positions.count * width)
    for position in positions {
      appendRow(date: Int(keys[position].date), asset: Int(keys[position].asset), to: &target)
    }
  }

  /// Features of all rows: rows × columns, row-major, transformed.
  public func matrix() -> [Float] {
    var result: [Float] = []
    gather(keys.indices, into: &result)
    return result
  }

  /// Feature windows of the rows at `positions`: rows × steps × columns, oldest step first.
  ///
  /// Steps before the first date, of the panel or of the row's own history, are 0, the training centre.
  /// - Precondition: `steps` is at least 1.
  public func gatherWindows(
    _ positions: some Collection<Int>, steps: Int, into target: inout [Float]
  ) {
    precondition(steps >= 1)
    let width = columns.count
    target.reserveCapacity(target.count + positions.count * steps * width)
    for position in positions {
      let (last, asset) = (Int(keys[position].date), Int(keys[position].asset))
      let first = earliest(visibleOn: last)
      for date in last - steps + 1...last {
        if date >= first {
          appendRow(date: date, asset: asset, to: &target)
        } else {
          target.append(contentsOf: repeatElement(0, count: width))
        }
      }
    }
  }

  /// Simple close-to-close return over the `days` dates up to each row's own; NaN where unknown.
  ///
  /// - Precondition: `days` is at least 1; a return over −1 days would be tomorrow's.
  public func trailingReturns(days: Int) -> [Float] {
    precondition(days >= 1)
    return keys.map { trailingReturn(of: Int($0.asset), days: days, to: Int($0.date)) }
  }

  /// The trailing returns of every asset on the date of the row at `position`, whichever of that
  /// date's rows are in this view; in the universe's order, NaN where unknown.
  ///
  /// - Precondition: `days` is at least 1.
  public func crossSectionOfTrailingReturns(at position: Int, days: Int) -> [Float] {
    precondition(days >= 1)
    let date = Int(keys[position].date)
    return (0..<features.assets).map { trailingReturn(of: $0, days: days, to: date) }
  }

  /// Features of every asset `ago` dates before the date of the row at `position`, whichever of that
  /// date's rows are in this view: assets × columns, in the universe's order, transformed.
  ///
  /// Before the panel's first date all of them are 0, the training centre.
  /// - Precondition: `ago` is at least 0; a negative one would be tomorrow.
  public func gatherCrossSection(at position: Int, ago: Int = 0, into target: inout [Float]) {
    precondition(ago >= 0)
    let date = Int(keys[position].date) - ago
    guard date >= earliest(visibleOn: Int(keys[position].date)) else {
      target.append(contentsOf: repeatElement(0, count: features.assets * columns.count))
      return
    }
    for asset in 0..<features.assets { appendRow(date: date, asset: asset, to: &target) }
  }

  /// Which assets have a close on the date of the row at `position`, in the universe's order.
  public func observedAssets(at position: Int) -> [Bool] {
    let start = Int(keys[position].date) * features.assets
    return closes[start..<start + features.assets].map(\.isFinite)
  }

  private func trailingReturn(of asset: Int, days: Int, to date: Int) -> Float {
    guard date - days >= earliest(visibleOn: date) else { return .nan }
    let past = closes[(date - days) * features.assets + asset]
    return past > 0 ? closes[date * features.assets + asset] / past - 1 : .nan
  }

  private func appendRow(date: Int, asset: Int, to target: inout [Float]) {
    let width = columns.count
    let base = (date * features.assets + asset) * width
    features.values.withUnsafeBufferPointer { values in
      for column in 0..<width { target.append(transformed(values[base + column], of: column)) }
    }
    guard let exchanged else { return }
    let source = exchanged.exchange.source(of: asset, on: date)
    let (there, first) = ((date * features.assets + source) * width, target.count - width)
    for column in 0..<width where exchanged.isExchanged[column] {
      target[first + column] = transformed(features.values[there + column], of: column)
    }
  }

  @inline(__always)
  private func transformed(_ value: Float, of column: Int) -> Float {
    let scaled = (value - transform.center[column]) * transform.scale[column]
    return scaled.isFinite ? min(max(scaled, -transform.clip), transform.clip) : 0
  }
}

/// Rows with what they should have been predicted to be: what a model is fitted to.
public struct LabelledSamples: Sendable {
  public let samples: Samples
  /// Transformed labels (see `LabelSpec.Transform`), one a row, all finite.
  public let labels: [Float]

  /// - Precondition: one finite label a row.
  public init(samples: Samples, labels: [Float]) {
    precondition(samples.count == labels.count && labels.allSatisfy(\.isFinite))
    self.samples = samples
    self.labels = labels
  }

  public var count: Int { labels.count }
}
