import Foundation
import Market
import Models

/// The yardstick that knows the truth: the most any model could reach on a simulated market.
///
/// It predicts the true conditional expected return, brought to the units of the labels: less the
/// date's mean, divided by the mean cross-sectional deviation of the *training* labels' returns.
struct Oracle: Predictor {
  static let id = "oracle"
  static let revision = 1

  private let expected: [Float]
  private let assets: Int
  private let transform: LabelSpec.Transform
  private let deviation: Float

  init(_ workbench: Workbench, train: LabelledSamples) throws {
    guard let expected = workbench.expectedReturns else {
      throw SpecError.invalid(
        key: "families", value: "'\(Self.id)'",
        accepted: "a simulated market whose truth reaches as far as the label")
    }
    self.expected = expected
    assets = workbench.labels.assets
    transform = workbench.experiment.label.transform
    deviation = Self.meanDeviation(of: workbench.returns(of: train.samples.keys), train.samples)
  }

  func predict(_ samples: Samples) -> [Float] {
    var result = samples.keys.map { expected[Int($0.date) * assets + Int($0.asset)] }
    if transform == .none { return result.map { $0.isNaN ? 0 : $0 } }
    for range in samples.dateRanges {
      let known = result[range].filter { !$0.isNaN }
      let mean = known.reduce(0, +) / Float(max(1, known.count))
      for row in range { result[row] = result[row].isNaN ? 0 : (result[row] - mean) / deviation }
    }
    return result
  }

  private static func meanDeviation(of returns: [Float], _ samples: Samples) -> Float {
    let deviations = samples.dateRanges.filter { $0.count > 1 }.map { range -> Double in
      let section = returns[range].map(Double.init)
      let mean = section.reduce(0, +) / Double(section.count)
      let squares = section.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(section.count - 1)).squareRoot()
    }
    let mean = deviations.reduce(0, +) / Double(max(1, deviations.count))
    return mean > 0 ? Float(mean) : 1
  }
}
