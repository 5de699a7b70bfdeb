import Foundation
import Market
import TestSupport
import Testing

@testable import Models

/// The examples of `Examples/external` do what they say.
@Suite struct ExternalExamplesTests {
  static let market = SampleFactory { ($0.dates, $0.assets, $0.noise) = (60, 10, 0.3) }

  private func predict(_ command: [String], csv: Bool, seed: UInt64 = 1) throws -> [Float] {
    var given = External.defaults
    given.command = command
    given.format = csv ? .csv : .hdf5
    // As workers set it.
    given.environment = ["OMP_NUM_THREADS": "1"]
    let predictor = try External.fit(
      Self.market.labelled(0..<35), validating: Self.market.labelled(36..<46), given,
      in: FitContext(seeds: SeedTree(root: seed), label: .standard))
    return try predictor.predict(Self.market.samples(47..<60))
  }

  private func unexplained(_ predictions: [Float]) throws -> Float {
    let labels = try Self.market.labelled(47..<60).labels
    let ours = zip(predictions, labels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return ours / labels.reduce(0) { $0 + $1 * $1 }
  }

  @Test func theShellExampleComputesItsSlopes() throws {
    let predictions = try predict(["\(ExternalFixture.examples)/shell_model.sh"], csv: true)
    let train = try Self.market.labelled(0..<35)
    let rows = train.samples.matrix()
    let slopes = (0..<5).map { column in
      let values = train.labels.indices.map { Double(rows[$0 * 5 + column]) }
      let product = zip(values, train.labels).reduce(0) { $0 + $1.0 * Double($1.1) }
      return product / values.reduce(0) { $0 + $1 * $1 }
    }
    let test = try Self.market.samples(47..<60).matrix()
    #expect(predictions.count == test.count / 5)
    for (row, prediction) in predictions.enumerated() {
      let sum = (0..<5).reduce(0) { $0 + slopes[$1] * Double(test[row * 5 + $1]) }
      #expect(abs(Double(prediction) - sum / 5) < 1e-6)
    }
    #expect(try unexplained(predictions) < 0.9)
  }

  @Test(.enabled(if: PeerPython.command != nil, "needs a python3 with h5py and scikit-learn"))
  func thePythonExampleLearns() throws {
    let python = try #require(PeerPython.command)
    let command = [python, "\(ExternalFixture.examples)/sklearn_model.py"]
    #expect(try unexplained(predict(command, csv: false)) < 0.5)
  }
}
