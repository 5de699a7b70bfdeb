import HDF5
import Market

/// Made training rows in HDF5, schema 1, kind `samples`: windows with labels in place of paths.
///
/// `/windows` tells them from sampled paths, which have `/values`. Dates of cross-sections are dates of
/// the market the rows were made from, whose calendar and assets are in the file.
public enum SampleSetFile {
  private static let groups = (sections: "/cross_sections", rows: "/rows")

  /// What a file holds.
  public struct Content: Sendable, Equatable {
    public let set: SampleSet
    /// Of the market the rows were made from.
    public let calendar: TradingCalendar
    /// The names of its assets.
    public let assets: [String]

    /// - Throws: `SampleSetError.outside` for a row beyond the market.
    public init(
      _ set: SampleSet, calendar: TradingCalendar, assets: [String]
    ) throws(SampleSetError) {
      for section in set.crossSections {
        for date in [section.excessDate, section.marketDate] where date >= calendar.count {
          throw .outside("date \(date) of \(calendar.count)")
        }
        if let asset = section.assets.last, asset >= assets.count {
          throw .outside("asset \(asset) of \(assets.count)")
        }
      }
      (self.set, self.calendar, self.assets) = (set, calendar, assets)
    }
  }

  /// Writes rows, replacing `path` as a whole or not at all.
  ///
  /// - Returns: The digest of the content, as stored in `content_sha256`.
  /// - Throws: `StorageError.cannotWrite`.
  @discardableResult
  public static func write(
    _ content: Content, _ metadata: FileMetadata, to path: String
  ) throws -> String {
    var metadata = metadata
    metadata.contentSHA256 = try digest(of: content)
    let set = content.set
    return try replacing(path) { temporary in
      let file = try HDF5File(creating: temporary)
      func column<Number: HDF5Number>(_ values: [Number], as name: String) throws {
        let chunk = min(max(1, values.count), 1 << 18)
        try file.write(values, as: name, shape: [values.count], chunk: [chunk])
      }
      try column(content.calendar.dates.map(\.daysSinceEpoch), as: "/dates")
      try file.setAttribute("units", of: "/dates", to: StoredPanels.dateUnits)
      try file.write(content.assets, as: "/assets")
      try file.write(set.columns, as: "/columns")
      try file.createGroup(groups.sections)
      for (name, dates) in parents(of: content) {
        try column(dates.map(\.daysSinceEpoch), as: "\(groups.sections)/\(name)")
        try file.setAttribute(
          "units", of: "\(groups.sections)/\(name)", to: StoredPanels.dateUnits)
      }
      try file.createGroup(groups.rows)
      let rows = rows(of: set)
      try column(rows.section, as: "\(groups.rows)/cross_section")
      try column(rows.asset, as: "\(groups.rows)/asset")
      try column(set.labels, as: "\(groups.rows)/label")
      try column(set.weights, as: "\(groups.rows)/weight")
      let window = set.steps * set.columns.count
      try file.write(
        set.windows, as: "/windows", shape: [set.count, set.steps, set.columns.count],
        chunk: [min(max(1, set.count), max(1, (1 << 18) / window)), set.steps, set.columns.count])
      for (axis, name) in ["rows", "steps", "columns"].enumerated() {
        try file.labelAxis(axis, of: "/windows", name)
      }
      try metadata.write(to: file, kind: .samples)
      try file.close()
      return metadata.contentSHA256
    }
  }

  /// Reads rows, after checking them against their hash.
  ///
  /// - Throws: `StorageError` for everything that can be wrong with a file.
  public static func read(
    _ path: String
  ) throws -> (content: Content, metadata: FileMetadata) {
    let stored = try StoredFile(path)
    return (try read(stored), stored.metadata)
  }

  static func read(_ stored: StoredFile) throws -> Content {
    try stored.require(.samples)
    guard try stored.holdsWindows else {
      throw StorageError.content(
        file: stored.path, reason: "it holds sampled paths of a market, not training rows")
    }
    let days = try stored.column("/dates", as: Int32.self)
    let assets = try stored.texts("/assets")
    let shape = try stored.shape(of: "/windows", .float32, rank: 3)
    let columns = try stored.texts("/columns")
    guard shape[2] == columns.count else {
      throw StorageError.layout(
        file: stored.path, object: "/windows", expected: "\(columns.count) columns from /columns",
        found: "\(shape[2])")
    }
    func row<Number: HDF5Number>(_ name: String, _ type: Number.Type) throws -> [Number] {
      try stored.column("\(groups.rows)/\(name)", as: type, count: shape[0])
    }
    let (section, asset) = (try row("cross_section", Int32.self), try row("asset", Int32.self))
    let (labels, weights) = (try row("label", Float.self), try row("weight", Float.self))
    let excess = try stored.column("\(groups.sections)/excess_date", as: Int32.self)
    let market = try stored.column(
      "\(groups.sections)/market_date", as: Int32.self, count: excess.count)
    let windows = try reading(stored.path) { try stored.file.read("/windows", as: Float.self) }
    do {
      let calendar = try reading(stored.path) {
        try TradingCalendar(days.map(TradingDate.init(daysSinceEpoch:)))
      }
      let set = try SampleSet(
        columns: columns, steps: shape[1],
        crossSections: try sections(
          excess: excess, market: market, section: section, asset: asset, days: days),
        windows: windows, labels: labels, weights: weights)
      let content = try Content(set, calendar: calendar, assets: assets)
      try stored.checkHash(try digest(of: content))
      return content
    } catch let error as SampleSetError {
      throw StorageError.content(file: stored.path, reason: error.description)
    }
  }

  // MARK: - Rows and sections

  private static func parents(of content: Content) -> [(name: String, dates: [TradingDate])] {
    let sections = content.set.crossSections
    return [
      ("excess_date", sections.map { content.calendar[$0.excessDate] }),
      ("market_date", sections.map { content.calendar[$0.marketDate] }),
    ]
  }

  private static func rows(of set: SampleSet) -> (section: [Int32], asset: [Int32]) {
    var (sections, assets): ([Int32], [Int32]) = ([], [])
    for (index, section) in set.crossSections.enumerated() {
      sections += repeatElement(Int32(clamping: index), count: section.assets.count)
      assets += section.assets.map { Int32(clamping: $0) }
    }
    return (sections, assets)
  }

  private static func sections(
    excess: [Int32], market: [Int32], section: [Int32], asset: [Int32], days: [Int32]
  ) throws(SampleSetError) -> [SampleSet.CrossSection] {
    let places = Dictionary(days.enumerated().map { ($1, $0) }) { first, _ in first }
    var assets = [[Int]](repeating: [], count: excess.count)
    for (row, index) in section.enumerated() {
      guard excess.indices.contains(Int(index)), row == 0 || index >= section[row - 1] else {
        throw .inconsistent("row \(row) is of cross-section \(index), out of order or range")
      }
      assets[Int(index)].append(Int(asset[row]))
    }
    var result: [SampleSet.CrossSection] = []
    for index in excess.indices {
      guard let first = places[excess[index]], let second = places[market[index]] else {
        throw .inconsistent("a date of cross-section \(index) is not in the calendar")
      }
      result.append(.init(excessDate: first, marketDate: second, assets: assets[index]))
    }
    return result
  }

  private static func digest(of content: Content) throws -> String {
    let hash = try ContentHash(kind: .samples)
    try hash.add("windows")
    try hash.add(content.calendar.dates)
    try hash.add(content.assets)
    try hash.add(content.set.columns)
    try hash.add(content.set.steps)
    for (_, dates) in parents(of: content) { try hash.add(dates) }
    let rows = rows(of: content.set)
    try hash.add(rows.section)
    try hash.add(rows.asset)
    for values in [content.set.labels, content.set.weights, content.set.windows] {
      try hash.addBits(values)
    }
    return try hash.finish()
  }
}

extension StoredFile {
  /// Whether a file of samples holds training rows rather than paths.
  var holdsWindows: Bool {
    get throws { try reading(path) { try file.names(in: "/").contains("windows") } }
  }
}
