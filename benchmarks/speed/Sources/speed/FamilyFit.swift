import Foundation
import Market
import Models

/// Times fitting a model family on one thread, from a feature panel in memory to a predictor.
enum FamilyFit {
  static let usage = "FAMILY FILE TRAINING_ROWS TEST_ROWS COLUMNS REPEATS HYPERPARAMETERS"

  /// What is printed, as JSON, for the script that compares it with a peer.
  struct Report: Encodable {
    /// Of each repeat: gathering the rows and fitting to them, without validation rows.
    let seconds: [Double]
    /// Of the test rows.
    let predictions: [Float]
  }

  /// FILE holds the features of the training and then the test rows, row by row, and then the
  /// training labels, as 32-bit floats.
  static func run(_ arguments: [String]) throws {
    let sizes = arguments.dropFirst(2).prefix(4).compactMap(Int.init).filter { $0 > 0 }
    guard arguments.count == 7, sizes.count == 4 else { throw UsageError("speed fit \(usage)") }
    let (training, test, columns, repeats) = (sizes[0], sizes[1], sizes[2], sizes[3])
    let (file, family) = (arguments[1], try modelRegistry.require(arguments[0]))
    let data = try Data(contentsOf: URL(filePath: file), options: .alwaysMapped)
    let values = (training + test) * columns
    guard data.count == 4 * (values + training) else {
      throw UsageError("\(file) has \(data.count) bytes, not \(4 * (values + training))")
    }
    func floats(_ range: Range<Int>) -> [Float] {
      data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)[range]) }
    }
    // A market of one asset: for families that see rows by themselves, what they are of is the same.
    let features = FeaturePanel(
      dates: training + test, assets: 1, columns: (0..<columns).map { "x\($0)" },
      values: floats(0..<values))
    let universe = try Universe(["A"])
    func samples(_ range: Range<Int>) -> Samples {
      Samples(
        keys: range.map { SampleKey(date: $0, asset: 0) }, features: features,
        transform: FeatureTransform(
          center: Array(repeating: 0, count: columns), scale: Array(repeating: 1, count: columns),
          clip: .greatestFiniteMagnitude),
        universe: universe, closes: Array(repeating: 1, count: training + test))
    }
    let train = LabelledSamples(
      samples: samples(0..<training), labels: floats(values..<values + training))
    let hyperparameters = try family.resolve(Data(arguments[6].utf8))
    let context = FitContext(seeds: SeedTree(root: 1), label: .standard)

    var seconds: [Double] = []
    var last: (any Predictor)?
    for _ in 0..<repeats {
      let start = ContinuousClock.now
      last = try family.fit(train, nil, hyperparameters, context)
      seconds.append((ContinuousClock.now - start) / .seconds(1))
    }
    guard let last else { return }
    let report = Report(
      seconds: seconds, predictions: try last.predict(samples(training..<training + test)))
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }
}
