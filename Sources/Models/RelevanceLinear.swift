import Market
import Networks

/// A network replaced by the linear function that its relevance amounts to: the deep recurrent
/// factor model.
///
/// Nakagawa, Ito, Abe and Izumi (2019), arXiv 1901.11493, linearise a fitted LSTM by layer-wise
/// relevance propagation; what is made of the relevance here says `RelevanceLines`.
enum RelevanceLinear: ModelFamily {
  /// The network that is fitted first, as specs name it.
  enum Body: String, SpecChoice {
    case lstm, dnn
  }

  struct Hyperparameters: Codable, Sendable, Equatable {
    var body = Body.lstm
    /// How the LSTM is fitted; used where it is the body.
    var lstm = LSTM.defaults
    /// How the multilayer perceptron is fitted; used where it is the body.
    var dnn = DNN.defaults
  }

  static let id = "lstm_lrp"
  static let summary =
    "linear function made of the relevance of an LSTM: deep recurrent factor model"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  /// To be raised with those of the bodies.
  static let revision = LSTM.revision + DNN.revision - 1

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    do {
      try LSTM.validate(given.lstm)
      try DNN.validate(given.dnn)
    } catch .invalid(let key, let value, let accepted) {
      throw .invalid(key: "\(id).\(key)", value: value, accepted: accepted)
    }
  }

  static func window(_ given: Hyperparameters) -> Int {
    switch given.body {
    case .lstm: LSTM.window(given.lstm)
    case .dnn: DNN.window(given.dnn)
    }
  }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    switch given.body {
    case .lstm:
      let network = try LSTM.network(train, validating: validating, given.lstm, in: context)
      return try linearised([network], notes: network.notes, network.predict, on: train.samples)
    case .dnn:
      let networks = try DNN.networks(train, validating: validating, given.dnn, in: context)
      let ensemble = try Ensemble(networks, validating: validating?.samples)
      return try linearised(networks, notes: ensemble.notes, ensemble.predict, on: train.samples)
    }
  }

  /// The mean of the members' lines, all of them from the training rows alone.
  private static func linearised<Network: RelevanceNetwork>(
    _ members: [TrainedNetwork<Network>], notes: [String: Double],
    _ predict: (Samples) throws -> [Float], on train: Samples
  ) throws -> RelevanceLinearPredictor {
    let lines = RelevanceLines(meanOf: try members.map { try $0.linearised(on: train) })
    var notes = notes
    let (ours, theirs) = (try lines.predict(train), try predict(train))
    notes["network_correlation"] = correlation(ours, theirs)
    return RelevanceLinearPredictor(lines: lines, notes: notes)
  }

  /// Pearson's; `nil` where a side is constant.
  private static func correlation(_ a: [Float], _ b: [Float]) -> Double? {
    let count = Double(max(1, a.count))
    let left = a.reduce(0.0) { $0 + Double($1) } / count
    let right = b.reduce(0.0) { $0 + Double($1) } / count
    var (cross, squaresLeft, squaresRight) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      cross += (Double(x) - left) * (Double(y) - right)
      squaresLeft += (Double(x) - left) * (Double(x) - left)
      squaresRight += (Double(y) - right) * (Double(y) - right)
    }
    let scale = (squaresLeft * squaresRight).squareRoot()
    return scale > 0 ? cross / scale : nil
  }
}
