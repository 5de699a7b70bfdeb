import Foundation
import Market

/// A model of the user's own: a command that is given files of rows and writes predictions.
///
/// The command is run once a cell, when predictions are asked for: it gets training, validation
/// and test rows, the last without labels, and does all else itself. The contract is described in
/// `Documentation/external-models.md`.
enum External: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    /// How rows are written for the command.
    enum Format: String, SpecChoice { case hdf5, csv }

    /// The program and its arguments; no shell takes them apart.
    var command: [String] = []
    /// How long the command may run, in wall seconds, before it is killed.
    var timeoutSeconds = 1500.0
    /// Variables set for the command beside those it inherits.
    var environment: [String: String] = [:]
    var format = Format.hdf5
    /// Dates, ending with its own, that a row shows: 1 for the row alone.
    var window = 1
    /// Files that predictions depend on beside those the command names.
    var inputs: [String] = []
    /// The content of every input when the spec was resolved, by path: filled in, never needed.
    var sha256: [String: String] = [:]
  }

  static let id = "external"
  static let summary = "a command of your own that reads rows and writes predictions"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 1

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    func require(
      _ holds: Bool, _ key: String, _ value: Any, _ accepted: String
    ) throws(SpecError) {
      guard holds else {
        throw .invalid(key: "\(id).\(key)", value: "\(value)", accepted: accepted)
      }
    }
    func isText(_ text: String) -> Bool { !text.isEmpty && !text.utf8.contains(0) }
    try require(
      given.command.first.map(isText) ?? false, "command", given.command,
      "a program and its arguments, such as [\"python3\", \"my_model.py\"]")
    try require(
      !given.command.contains { $0.utf8.contains(0) }, "command", "text with a zero byte",
      "text without")
    try require(
      given.timeoutSeconds > 0 && given.timeoutSeconds <= 1e7, "timeoutSeconds",
      given.timeoutSeconds, "seconds above 0, at most 1e7")
    for (name, value) in given.environment.sorted(by: { $0.key < $1.key }) {
      try require(
        isText(name) && !name.contains("=") && !name.hasPrefix("QBENCH_")
          && !value.utf8.contains(0), "environment", "'\(name)'",
        "names without '=' that do not begin with QBENCH_, and no zero bytes")
    }
    try require((1...1000).contains(given.window), "window", given.window, "1 to 1000 dates")
    try require(
      given.window == 1 || given.format == .hdf5, "window", "\(given.window) with format csv",
      "1, or format hdf5")
    try require(given.inputs.allSatisfy(isText), "inputs", given.inputs, "paths of files")
  }

  static func completed(_ given: Hyperparameters) throws(SpecError) -> Hyperparameters {
    var result = given
    result.sha256 = try InputDigests.of(given)
    return result
  }

  static func window(_ given: Hyperparameters) -> Int { given.window }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    guard train.count > 0 else { throw ExternalError.noTrainingRows }
    var seeds = context.seeds.stream("external")
    return ExternalPredictor(
      given: given, train: train, validation: validating.flatMap { $0.count > 0 ? $0 : nil },
      // 31 bits: what numpy, R and a shell's arithmetic all take.
      seed: seeds.next() >> 33, device: context.device.description)
  }
}
