import Foundation
import Market
import TestSupport
import Testing

@testable import Models

/// A small market, a folder for what commands leave behind, and a way to run them.
final class ExternalFixture {
  let folder: String
  let market = SampleFactory { ($0.dates, $0.assets, $0.columns) = (24, 4, 3) }
  let train: LabelledSamples
  let validation: LabelledSamples
  let test: Samples

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("qbench-external-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    train = try market.labelled(0..<10)
    validation = try market.labelled(12..<15)
    test = try market.samples(18..<22)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
  }

  /// Fits and predicts with a shell script, in which `$HERE` is this folder.
  func predict(
    _ script: String, seed: UInt64 = 7, validating: Bool = true,
    _ change: (inout External.Hyperparameters) -> Void = { _ in }
  ) throws -> [Float] {
    var given = External.defaults
    given.command = ["/bin/sh", "-c", script]
    given.environment = ["HERE": folder]
    change(&given)
    let predictor = try External.fit(
      train, validating: validating ? validation : nil, External.completed(given),
      in: FitContext(seeds: SeedTree(root: seed), label: .standard))
    return try predictor.predict(test)
  }

  /// The repository's examples.
  static let examples = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Examples/external")
    .path
}
