import Market

/// What a generator is fitted to: stretches of dates of a panel, and nothing between or beyond.
///
/// Each stretch is looked at by itself, so that no return and no window spans the hole that a test block
/// leaves. Volumes of all stretches, those of validation too, are measured against their medians over all
/// training dates.
public struct TrainingMarket: Sendable {
  public struct Stretch: Sendable {
    /// Positions in the panel's calendar.
    public let dates: Range<Int>
    /// Of those dates; the first has no returns.
    public fileprivate(set) var moves: MarketMoves
  }

  public let universe: Universe
  public let components: [MarketComponent]
  /// In the order of time.
  public private(set) var stretches: [Stretch]
  /// Where training looks for its best moment; not learnt from.
  public private(set) var validation: [Stretch]
  /// As the last training date left the market.
  public let start: StartingPoint
  /// The last training date: samples go on from there.
  public let lastDate: TradingDate

  /// Takes dates of a panel apart into unbroken stretches.
  ///
  /// - Throws: `GeneratorError.tooShort` where no stretch has two dates, `GeneratorError.hole` where returns break
  ///   off within one, `PanelError.missingField` for a panel without closes.
  public init(_ panel: Panel, training: [Int], validation: [Int] = []) throws {
    let usual = UsualVolume.medians(of: panel, dates: Set(training).sorted())
    func stretches(_ dates: [Int]) throws -> [Stretch] {
      try Self.unbroken(dates).filter { $0.count >= 2 }.map {
        Stretch(dates: $0, moves: try MarketMoves(of: panel, dates: $0, usualVolumes: usual))
      }
    }
    universe = panel.universe
    components = try MarketComponent.components(of: panel.fields)
    self.stretches = try stretches(training)
    self.validation = try stretches(validation)
    guard let last = self.stretches.last else {
      throw GeneratorError.tooShort(longest: min(1, training.count), needed: 2, for: "a generator")
    }
    try self.stretches.forEach { try Self.requireUnbroken($0, panel.calendar) }
    start = StartingPoint(of: panel, dates: last.dates, usualVolumes: usual)
    lastDate = panel.calendar[last.dates.upperBound - 1]
  }

  /// All of a panel, its last `validationFraction` held out of training and watched.
  ///
  /// - Throws: As above.
  public init(whole panel: Panel, validationFraction: Double = 0.2) throws {
    let held = Int(Double(panel.dates) * validationFraction)
    let training = Swift.max(0, panel.dates - held)
    try self.init(
      panel, training: Array(0..<training), validation: Array(training..<panel.dates))
  }

  // MARK: - Holes

  /// Dates on end without any return, beyond which a stretch counts as broken.
  static let longestHole = 5
  /// Days between two dates, against what is usual in the calendar, beyond which dates count as absent.
  static let longestBreak: Int32 = 20

  private static func requireUnbroken(
    _ stretch: Stretch, _ calendar: TradingCalendar
  ) throws(GeneratorError) {
    func day(_ row: Int) -> Int32 { calendar[stretch.dates.lowerBound + row].daysSinceEpoch }
    let breaks = (1..<stretch.dates.count).map { day($0) - day($0 - 1) }
    let usual = breaks.sorted()[breaks.count / 2]
    var last: Int?
    for (row, value) in stretch.moves.marketReturns.enumerated() where !value.isNaN {
      if let last, row - last > longestHole + 1 || breaks[row - 1] > longestBreak * usual {
        throw .hole(
          first: TradingDate(daysSinceEpoch: day(last) + 1),
          last: TradingDate(daysSinceEpoch: day(row) - 1))
      }
      last = row
    }
  }

  /// The same dates with other moves, training and validation alike.
  func mapping(_ transform: (MarketMoves) -> MarketMoves) -> TrainingMarket {
    var mapped = self
    for index in stretches.indices {
      mapped.stretches[index].moves = transform(stretches[index].moves)
    }
    for index in validation.indices {
      mapped.validation[index].moves = transform(validation[index].moves)
    }
    return mapped
  }

  /// Consecutive positions joined; in the order of time, whatever the order given.
  public static func unbroken(_ dates: [Int]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for date in Set(dates).sorted() {
      if let last = ranges.last, last.upperBound == date {
        ranges[ranges.count - 1] = last.lowerBound..<date + 1
      } else {
        ranges.append(date..<date + 1)
      }
    }
    return ranges
  }

  /// Where windows of so many dates with returns begin: (stretch, first row of its moves).
  ///
  /// Row 0 of a stretch has no returns, so that none begins there.
  /// - Throws: `GeneratorError.tooShort` where no stretch holds one.
  public func windows(
    of length: Int, in stretches: [Stretch]? = nil, for need: String
  ) throws(GeneratorError) -> [(stretch: Int, row: Int)] {
    let searched = stretches ?? self.stretches
    var windows: [(stretch: Int, row: Int)] = []
    for (index, stretch) in searched.enumerated() where stretch.dates.count > length {
      for row in 1...stretch.dates.count - length { windows.append((index, row)) }
    }
    guard !windows.isEmpty else {
      throw .tooShort(
        longest: Swift.max(0, (searched.map(\.dates.count).max() ?? 0) - 1), needed: length,
        for: need)
    }
    return windows
  }
}
