import Foundation
import Market

/// The rows to train on, kept until there are rows to predict: then the command does both.
struct ExternalPredictor: Predictor {
  let given: External.Hyperparameters
  let train: LabelledSamples
  let validation: LabelledSamples?
  let seed: UInt64
  let device: String

  /// Trains and predicts with the command, in a folder of its own.
  ///
  /// - Throws: `ExternalError`, with the reason that the cell's record then has.
  func predict(_ samples: Samples) throws -> [Float] {
    if samples.count == 0 { return [] }
    try InputDigests.check(given)
    let folder = try ExternalFolder()
    defer { folder.remove() }
    let ending = given.format == .hdf5 ? ".h5" : ".csv"
    var files: [String: String] = [:]
    func add(_ rows: RowsFile?, _ variable: String) throws {
      // An empty variable where there are no rows: scripts under `set -u` can still look at it.
      let path = rows.map { "\(folder.path)/\($0.role)\(ending)" } ?? ""
      try rows?.write(given.format, to: path)
      files[variable] = path
    }
    let window = given.window
    try add(RowsFile(train, role: "train", window: window), "QBENCH_TRAIN")
    try add(
      validation.map { RowsFile($0, role: "validation", window: window) }, "QBENCH_VALIDATION")
    try add(RowsFile(test: samples, window: window), "QBENCH_TEST")
    try run(in: folder, files)
    return try PredictionsReader(path: folder.output, rows: samples).read()
  }

  private func run(in folder: ExternalFolder, _ files: [String: String]) throws {
    var environment = ProcessInfo.processInfo.environment
    environment.merge(given.environment) { $1 }
    environment.merge(files) { $1 }
    environment.merge([
      "QBENCH_OUTPUT": folder.output, "QBENCH_FOLDER": folder.path, "QBENCH_SEED": "\(seed)",
      "QBENCH_FORMAT": given.format.rawValue, "QBENCH_DEVICE": device,
    ]) { $1 }
    let command = try SupervisedCommand(given.command, environment: environment)
    switch try command.run(in: folder, seconds: given.timeoutSeconds) {
    case .exited(0): break
    case .exited(let status):
      throw ExternalError.exited(status: status, said: folder.lastWords())
    case .signalled(let number):
      throw ExternalError.signalled(
        number, name: String(cString: strsignal(number)), said: folder.lastWords())
    case .timedOut:
      throw ExternalError.timedOut(seconds: given.timeoutSeconds, said: folder.lastWords())
    case .lost: throw ExternalError.lost
    }
    var status = stat()
    // A pipe in the file's place would make the reader wait for ever.
    guard stat(folder.output, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ExternalError.noOutput(said: folder.lastWords())
    }
  }
}
