/// A dense block of market data: date × asset × field, row-major, in that order.
///
/// A missing observation is NaN and its mask is off; 0 never means "unknown". Prices are in the
/// asset's currency, volume in shares.
///
/// - Invariant: `values.count == calendar.count * universe.count * fields.count`, and every
///   value is finite or NaN.
public struct Panel: Sendable {
  public let calendar: TradingCalendar
  public let universe: Universe
  /// Field names in storage order; of the usual five, any may be absent.
  public let fields: [String]
  public let values: [Float]
  /// Date × asset: whether anything at all was observed.
  public let mask: [Bool]

  /// The usual fields, in the order in which this project writes them.
  public static let usualFields = ["open", "high", "low", "close", "volume"]

  /// - Throws: `PanelError` where sizes disagree, a field repeats or a value is infinite.
  public init(
    calendar: TradingCalendar, universe: Universe, fields: [String], values: [Float]
  ) throws(PanelError) {
    let expected = calendar.count * universe.count * fields.count
    guard values.count == expected else { throw .size(expected: expected, got: values.count) }
    if let twice = fields.first(where: { name in fields.count(where: { $0 == name }) > 1 }) {
      throw .repeatedField(twice)
    }
    var mask = [Bool](repeating: false, count: calendar.count * universe.count)
    let width = fields.count
    var infinite: Int?
    values.withUnsafeBufferPointer { source in
      for cell in mask.indices {
        var observed = false
        for index in cell * width..<(cell + 1) * width where !source[index].isNaN {
          observed = true
          if source[index].isInfinite, infinite == nil { infinite = index }
        }
        mask[cell] = observed
      }
    }
    if let index = infinite {
      let cell = index / width
      throw .notFinite(
        field: fields[index % width], date: calendar[cell / universe.count],
        asset: universe.assets[cell % universe.count])
    }
    self.calendar = calendar
    self.universe = universe
    self.fields = fields
    self.values = values
    self.mask = mask
  }

  public var dates: Int { calendar.count }
  public var assets: Int { universe.count }

  /// One observation, or NaN where it is missing.
  public subscript(date: Int, asset: Int, field: Int) -> Float {
    values[(date * assets + asset) * fields.count + field]
  }

  /// The position of a field.
  ///
  /// - Throws: `PanelError.missingField`, naming what needed it.
  public func index(of field: String, for need: String) throws(PanelError) -> Int {
    guard let index = fields.firstIndex(of: field) else {
      throw .missingField(field, has: fields, neededFor: need)
    }
    return index
  }

  /// One field as date × asset, row-major.
  ///
  /// - Throws: `PanelError.missingField`, naming what needed it.
  public func series(of field: String, for need: String) throws(PanelError) -> [Float] {
    let offset = try index(of: field, for: need)
    let width = fields.count
    return values.withUnsafeBufferPointer { source in
      (0..<dates * assets).map { source[$0 * width + offset] }
    }
  }
}

extension Panel {
  /// The same assets and fields on the dates from `first` to `last`, both included.
  ///
  /// - Throws: `PanelError.noDates` where it has none of them.
  public func dates(from first: TradingDate?, to last: TradingDate?) throws(PanelError) -> Panel {
    let start = first.flatMap { first in calendar.dates.firstIndex { $0 >= first } }
    let from = first == nil ? 0 : start ?? dates
    let to =
      last.map { last in calendar.dates.lastIndex { $0 <= last }.map { $0 + 1 } ?? 0 } ?? dates
    guard from < to else { throw .noDates(first: calendar.dates.first, last: calendar.dates.last) }
    let width = assets * fields.count
    return try Panel(
      calendar: TradingCalendar(Array(calendar.dates[from..<to])), universe: universe,
      fields: fields, values: Array(values[from * width..<to * width]))
  }
}

extension Panel {
  /// The same dates and fields of some assets, in the order given.
  ///
  /// - Precondition: positions of different assets of the universe.
  public func assets(at positions: [Int]) throws(PanelError) -> Panel {
    let width = fields.count
    var kept: [Float] = []
    kept.reserveCapacity(dates * positions.count * width)
    for date in 0..<dates {
      for asset in positions {
        let start = (date * assets + asset) * width
        kept.append(contentsOf: values[start..<start + width])
      }
    }
    return try Panel(
      calendar: calendar,
      universe: Universe(
        positions.map { universe.assets[$0] },
        attributes: universe.attributes.mapValues { values in positions.map { values[$0] } }),
      fields: fields, values: kept)
  }
}

extension Panel: Equatable {
  /// Equal calendars, universes and fields, and the same bits in every value (so NaN equals NaN).
  public static func == (a: Panel, b: Panel) -> Bool {
    a.calendar == b.calendar && a.universe == b.universe && a.fields == b.fields
      && a.values.elementsEqual(b.values) {
        $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN)
      }
  }
}
