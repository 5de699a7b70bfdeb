import Foundation
import Market

/// What a run cost: seconds of workers of one thread each, by the clock and of a processor, and their memory.
///
/// Kept out of every other file of a report, which depend on nothing but data, spec and seed.
public struct RunTimings: Codable, Sendable, Equatable {
  public struct Row: Codable, Sendable, Equatable {
    /// A training source, or `generator`.
    public let source: String
    public let name: String
    /// Cells or markets that were timed.
    public let cells: Int
    /// Wall seconds by stage, added up.
    public let seconds: [String: Double]
    /// Of all stages together; `nil` where a record does not say, as of what was carried out in the process
    /// that asked for it.
    public let processorSeconds: Double?
    /// Of the cell that took the most.
    public let peakMegabytes: Int?

    /// Wall seconds of all stages.
    public var total: Double { RunTimings.total(seconds) }

    enum CodingKeys: String, CodingKey {
      case source, name, cells, seconds, processorSeconds = "processor_seconds"
      case peakMegabytes = "peak_megabytes"
    }
  }

  public var schema = 1
  /// In the order of the plan, generators last.
  public let rows: [Row]

  /// Wall seconds of all rows.
  public var total: Double { rows.reduce(0) { $0 + $1.total } }
  /// Processor seconds of all rows; `nil` where one of them does not say.
  public var processorTotal: Double? { Self.sum(rows.map(\.processorSeconds)) }

  init(_ rows: [Row]) { self.rows = rows }

  /// Adds up what cells and markets have recorded; what was explained is a stage of its cell.
  init(_ plan: Plan, under experiment: Experiment, from directory: RunDirectory) throws {
    var rows: [Row] = []
    for row in plan.rows {
      let cells = plan.cells(of: row)
      let records = cells.compactMap { directory.record(of: $0.key) }
      var parts = records.map(\.seconds)
      var processor = records.map(\.processorSeconds)
      for cell in cells {
        if let key = try experiment.explanationKey(of: cell),
          let explained = directory.explanation(key)
        {
          parts.append(["explain": Self.total(explained.seconds)])
          processor.append(explained.processorSeconds)
        }
      }
      rows.append(
        Row(
          source: row.source, name: row.name, cells: records.count, seconds: Self.sum(parts),
          processorSeconds: Self.sum(processor),
          peakMegabytes: records.compactMap(\.peakMegabytes).max()))
    }
    for name in plan.markets.map(\.name).uniqued() {
      let records = plan.markets.filter { $0.name == name }
        .compactMap { directory.syntheticRecord(of: $0.key) }
      rows.append(
        Row(
          source: "generator", name: name, cells: records.count,
          seconds: Self.sum(records.map(\.seconds)),
          processorSeconds: Self.sum(records.map(\.totalProcessorSeconds)),
          peakMegabytes: records.compactMap(\.peakMegabytes).max()))
    }
    self.init(rows.filter { $0.cells > 0 })
  }

  /// Of all stages, added in one order, so that the last digit is always the same.
  static func total(_ stages: [String: Double]) -> Double {
    stages.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
  }

  /// `nil` where one of them is not known.
  private static func sum(_ parts: [Double?]) -> Double? {
    let known = parts.compactMap { $0 }
    return known.count == parts.count ? known.reduce(0, +) : nil
  }

  private static func sum(_ parts: [[String: Double]]) -> [String: Double] {
    parts.reduce(into: [:]) { sums, part in sums.merge(part, uniquingKeysWith: +) }
  }

  /// Writes `timings.json`, whole or not at all.
  public func write(to directory: RunDirectory) throws {
    let json = try StrictJSON.encode(self, pretty: true)
    try directory.write(json + Data("\n".utf8), named: "timings.json")
  }
}
