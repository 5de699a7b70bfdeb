import Market

/// What was read so far, one entry per date and asset, in the order of the files.
struct Observations {
  /// The fields that files can give, in the order of a panel's fields.
  static let fields = Panel.usualFields + ["vwap"]
  static let close = 3
  static let volume = 4

  private(set) var names = NameTable()
  private var days: [Int32] = []
  private var assets: [Int32] = []
  private var lines: [UInt32] = []
  /// One column per field that some file gives.
  private var columns = [[Float]](repeating: [], count: fields.count)
  private var given: [Int] = []
  /// The file of the entries from `start` on.
  private var origins: [(start: Int, file: String)] = []

  var count: Int { days.count }

  /// Announces a file and the fields it gives.
  mutating func begin(file: String, fields: [Int]) {
    origins.append((count, file))
    for field in fields where !given.contains(field) {
      given.append(field)
      columns[field] = [Float](repeating: .nan, count: count)
    }
    given.sort()
  }

  /// The number of an asset, or `nil` where its name is not UTF-8.
  @inline(__always)
  mutating func asset(_ name: UnsafeBufferPointer<UInt8>) -> Int? { names.number(of: name) }

  /// Adds what was seen of an asset on a day; lane *i* is field *i*, NaN where missing.
  @inline(__always)
  mutating func append(day: Int32, asset: Int, line: Int, values: SIMD8<Float>) {
    days.append(day)
    assets.append(Int32(truncatingIfNeeded: asset))
    lines.append(UInt32(clamping: line))
    for field in given { columns[field].append(values[field]) }
  }

  // MARK: - The panel

  /// Orders dates and assets (by the bytes of their names) and lays the values out densely.
  ///
  /// `duplicate` is told of an entry whose asset and date an earlier one had; it throws, or returns
  /// to let the earlier one stand.
  ///
  /// - Complexity: O(entries + dates × assets), and O(entries) per duplicate told.
  func panel(
    limit: Int, attributes: (_ assets: [String]) throws -> [String: [String?]],
    duplicate: (Duplicate) throws -> Void
  ) throws -> (panel: Panel, kept: Int) {
    let (dates, dateRank) = rankedDates()
    let (assetNames, assetRank) = rankedAssets()
    let width = given.count
    let (cells, overflow) = dates.count.multipliedReportingOverflow(by: assetNames.count)
    guard !overflow, cells <= limit / (4 * max(1, width)) else {
      throw ImportError.tooLarge(
        dates: dates.count, assets: assetNames.count, fields: width, limit: limit)
    }
    var values = [Float](repeating: .nan, count: cells * width)
    var taken = [Bool](repeating: false, count: cells)
    let first = days.min() ?? 0
    var kept = 0
    for entry in days.indices {
      let cell =
        Int(dateRank[Int(days[entry] - first)]) * assetNames.count
        + Int(assetRank[Int(assets[entry])])
      if taken[cell] {
        try duplicate(Duplicate(observations: self, entry: entry))
        continue
      }
      taken[cell] = true
      kept += 1
      for (offset, field) in given.enumerated() {
        values[cell * width + offset] = columns[field][entry]
      }
    }
    let panel = try Panel(
      calendar: TradingCalendar(dates),
      universe: Universe(assetNames, attributes: attributes(assetNames)),
      fields: given.map { Self.fields[$0] }, values: values)
    return (panel, kept)
  }

  /// An entry that repeats an earlier one's asset and date.
  struct Duplicate {
    let observations: Observations
    let entry: Int

    var asset: String { observations.names.names[Int(observations.assets[entry])] }
    var date: TradingDate { TradingDate(daysSinceEpoch: observations.days[entry]) }
    var place: ImportPlace { observations.place(of: entry) }
    /// Where the asset and date stood first.
    var earlier: ImportPlace {
      let match = observations.days.indices.first {
        observations.days[$0] == observations.days[entry]
          && observations.assets[$0] == observations.assets[entry]
      }
      return observations.place(of: match ?? entry)
    }
  }

  private func place(of entry: Int) -> ImportPlace {
    let origin = origins.last { $0.start <= entry }
    return ImportPlace(file: origin?.file ?? "", line: Int(lines[entry]))
  }

  /// The distinct dates in order, and for each day from the first on its position among them.
  private func rankedDates() -> ([TradingDate], [Int32]) {
    guard let first = days.min(), let last = days.max() else { return ([], []) }
    var rank = [Int32](repeating: -1, count: Int(last - first) + 1)
    for day in days { rank[Int(day - first)] = 0 }
    var dates: [TradingDate] = []
    for offset in rank.indices where rank[offset] == 0 {
      rank[offset] = Int32(dates.count)
      dates.append(TradingDate(daysSinceEpoch: first + Int32(offset)))
    }
    return (dates, rank)
  }

  /// The names that have entries, in byte order, and the position of each number among them.
  private func rankedAssets() -> ([String], [Int32]) {
    var isUsed = [Bool](repeating: false, count: names.names.count)
    for asset in assets { isUsed[Int(asset)] = true }
    let used = isUsed.indices.filter { isUsed[$0] }
      .sorted { names.names[$0].utf8.lexicographicallyPrecedes(names.names[$1].utf8) }
    var rank = [Int32](repeating: -1, count: names.names.count)
    for (position, number) in used.enumerated() { rank[number] = Int32(position) }
    return (used.map { names.names[$0] }, rank)
  }
}
