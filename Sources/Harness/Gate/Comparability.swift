import Foundation
import Market
import Metrics

/// What two runs must share for their scores to be compared, and what else differs between them.
struct Comparability {
  /// Why nothing can be compared; empty where it can.
  let obstacles: [String]
  /// Why portfolio metrics alone cannot be compared; `nil` where they can.
  let portfolioObstacle: String?
  /// What differs and is part of what is judged, or explains why it came out differently.
  let notes: [String]

  init(_ run: Baseline, with baseline: Baseline) throws {
    var obstacles: [String] = []
    let (old, new) = (baseline.dataset, run.dataset)
    if old.contentSHA256 != new.contentSHA256 {
      func pair(_ what: String, _ a: some Equatable, _ b: some Equatable) -> String? {
        "\(a)" == "\(b)" ? nil : "\(what) \(a) → \(b)"
      }
      let details = [
        pair("name", old.name, new.name), pair("dates", old.dates, new.dates),
        pair("assets", old.assets, new.assets), pair("first date", old.firstDate, new.firstDate),
        pair("last date", old.lastDate, new.lastDate),
      ].compactMap { $0 }
      obstacles.append(
        "data (content \(old.contentSHA256.prefix(8)) → \(new.contentSHA256.prefix(8))"
          + details.map { ", \($0)" }.joined() + ")")
    }
    obstacles += try Self.differences("label", baseline.label, run.label)
    obstacles += try Self.differences("split", baseline.split, run.split)
    self.obstacles = obstacles

    let portfolio = try Self.differences("portfolio", baseline.portfolio, run.portfolio)
    portfolioObstacle = portfolio.isEmpty ? nil : portfolio.joined(separator: ", ")

    var notes = try Self.differences("features", baseline.features, run.features)
    if baseline.features == run.features, baseline.featuresRevision != run.featuresRevision {
      notes.append(
        "features' revision \(baseline.featuresRevision) → \(run.featuresRevision)")
    }
    if baseline.seed != run.seed { notes.append("seed \(baseline.seed) → \(run.seed)") }
    if baseline.device != run.device {
      notes.append("device \(baseline.device) → \(run.device)")
    }
    notes += try Self.differences("", baseline.versions, run.versions)
    self.notes = notes
  }

  /// Why a metric cannot be compared, with what to do; `nil` where it can.
  func obstacle(to metric: Metric) -> String? {
    var all = obstacles
    let isOfPortfolio = metric.columns.contains {
      $0 == .longShortReturn || $0 == .tradedValue
    }
    if isOfPortfolio, let portfolioObstacle { all.append(portfolioObstacle) }
    return all.isEmpty
      ? nil
      : "changed since the baseline: \(all.joined(separator: "; ")). Undo that, or accept it: "
        + "qbench baseline write DIR --out FILE"
  }

  /// What changed in the family itself.
  static func changes(of row: BaselineRow, from old: BaselineRow) throws -> [String] {
    var notes = try differences("", old.hyperparameters, row.hyperparameters)
    if let before = old.features, let after = row.features {
      notes += try differences("features", before, after)
    } else if old.features != row.features {
      let sets = [old, row].map { $0.features?.set ?? "the run's" }
      notes.append("features \(sets[0]) → \(sets[1])")
    }
    if old.revision != row.revision { notes.append("revision \(old.revision) → \(row.revision)") }
    return notes
  }

  /// Every leaf in which two values differ, as `label.horizon 1 → 5`.
  static func differences(
    _ name: String, _ a: some Encodable, _ b: some Encodable
  ) throws -> [String] {
    func value(_ it: some Encodable) throws -> JSONValue {
      try JSONDecoder().decode(JSONValue.self, from: StrictJSON.encode(it))
    }
    func walk(_ path: String, _ a: JSONValue?, _ b: JSONValue?) throws -> [String] {
      if a == b { return [] }
      if case .object(let one)? = a, case .object(let other)? = b {
        return try Set(one.keys).union(other.keys).sorted().flatMap {
          try walk(path.isEmpty ? $0 : "\(path).\($0)", one[$0], other[$0])
        }
      }
      func text(_ value: JSONValue?) throws -> String {
        guard let value else { return "nothing" }
        if case .string(let text) = value { return text }
        return String(decoding: try StrictJSON.encode(value), as: UTF8.self)
      }
      return ["\(path) \(try text(a)) → \(try text(b))"]
    }
    return try walk(name, value(a), value(b))
  }
}
