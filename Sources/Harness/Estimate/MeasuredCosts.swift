import Foundation

/// What cells and markets have cost before: the records of a run's directory and of a cache.
struct MeasuredCosts {
  /// One record, as far as it says what something costs.
  private struct Sample {
    let rows: Double
    let seconds: Double
    let megabytes: Int?
  }

  /// Fits of a recipe; predictions alone, by a model that was shared; markets.
  private var fits: [String: [Sample]] = [:]
  private var predictions: [String: [Sample]] = [:]
  private var markets: [String: [Sample]] = [:]
  /// Seconds that explaining took, by the row's name: in a run's own directory settings are the same.
  private var explanations: [String: [Double]] = [:]

  /// Beyond this ratio of rows a measured cost says little.
  private static let mostUnlike = 8.0

  init() {}

  /// Looks at a run's directory or, with `isOwn` false, at what lies in a cache for other specs too.
  mutating func look(at directory: RunDirectory, isOwn: Bool) {
    for record in directory.records() where record.failure == nil {
      guard let recipe = record.recipe, let fit = record.seconds["fit"] ?? record.seconds["predict"]
      else { continue }
      let wall = RunTimings.total(record.seconds)
      let isFit = record.seconds["fit"] != nil && fit.isFinite
      let sample = Sample(
        rows: Double(
          isFit ? record.trainRows + record.validationRows + record.testRows : record.testRows),
        seconds: record.processorSeconds ?? wall, megabytes: record.peakMegabytes)
      if isFit {
        fits[recipe, default: []].append(sample)
      } else {
        predictions[recipe, default: []].append(sample)
      }
    }
    for record in directory.syntheticRecords() where record.failure == nil {
      guard let recipe = record.recipe, let rows = record.trainRows else { continue }
      markets[recipe, default: []].append(
        Sample(
          rows: Double(rows),
          // What making it cost: whether it is compared is for the spec to say.
          seconds: record.processorSeconds
            ?? RunTimings.total(record.seconds.filter { $0.key != "compare" }),
          megabytes: record.peakMegabytes))
    }
    guard isOwn else { return }
    for explanation in directory.explanations() where explanation.failures.isEmpty {
      explanations[explanation.name, default: []].append(
        explanation.processorSeconds ?? RunTimings.total(explanation.seconds))
    }
  }

  /// Processor seconds and memory of a cell of so many rows, from the most alike of its recipe.
  func cell(_ recipe: String, rows: Double, isFit: Bool) -> (seconds: Double, megabytes: Int?)? {
    Self.nearest((isFit ? fits : predictions)[recipe], to: rows)
  }

  func market(_ recipe: String, rows: Double) -> (seconds: Double, megabytes: Int?)? {
    Self.nearest(markets[recipe], to: rows)
  }

  func explanation(of name: String) -> Double? {
    explanations[name].map { $0.reduce(0, +) / Double($0.count) }
  }

  /// The mean of those nearest in size, brought to the size that is asked about.
  private static func nearest(
    _ samples: [Sample]?, to rows: Double
  ) -> (seconds: Double, megabytes: Int?)? {
    func unlike(_ sample: Sample) -> Double {
      max(sample.rows, rows) / max(1, min(sample.rows, rows))
    }
    guard let samples, let least = samples.map(unlike).min(), least <= mostUnlike else {
      return nil
    }
    let near = samples.filter { unlike($0) <= least * 1.25 }
    let seconds = near.reduce(0) { $0 + $1.seconds * rows / max(1, $1.rows) } / Double(near.count)
    return (seconds, near.compactMap(\.megabytes).max())
  }
}

extension RunDirectory {
  /// Everything that has been recorded here, also of other specs where this is a cache.
  fileprivate func records() -> [CellRecord] { decoded(from: "cells") }
  fileprivate func syntheticRecords() -> [SyntheticRecord] { decoded(from: "synthetic") }
  fileprivate func explanations() -> [CellExplanation] { decoded(from: "explanations") }

  private func decoded<Content: Decodable>(from folder: String) -> [Content] {
    let folder = url.appendingPathComponent(folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { $0.hasSuffix(".json") }.compactMap { name in
      (try? Data(contentsOf: folder.appendingPathComponent(name)))
        .flatMap { try? JSONDecoder().decode(Content.self, from: $0) }
    }
  }
}
