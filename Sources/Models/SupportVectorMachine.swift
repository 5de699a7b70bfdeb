import Market
import SupportVectors

/// One way of fitting support vectors: a solver, and the features that it is given.
struct SupportVectorMachine {
  /// Features as the solver wants them, row-major, and the labels.
  struct Rows {
    let values: [Float]
    let columns: Int
    let labels: [Float]
  }

  enum Fitted {
    case linear(LinearSupportVectorRegression)
    case kernel(KernelSupportVectorRegression)

    func predict(_ values: [Float]) throws -> [Float] {
      switch self {
      case .linear(let model): try model.predict(values)
      case .kernel(let model): try model.predict(values)
      }
    }
  }

  private enum Method {
    case linear
    case kernel(gamma: Double)
    case features(KernelFeatures)
  }

  private let method: Method
  private let given: SupportVector.Hyperparameters

  init(_ given: SupportVector.Hyperparameters, fitting train: LabelledSamples) throws {
    self.given = given
    switch given.kernel {
    case .linear: method = .linear
    case .rbf:
      let gamma = given.gamma > 0 ? given.gamma : Self.scaleGamma(of: train.samples)
      method =
        train.count <= given.kernelRows
        ? .kernel(gamma: gamma)
        : .features(
          try KernelFeatures(gamma: gamma, landmarks: given.landmarks, of: train.samples))
    }
  }

  /// Whether errors count by their size rather than its square.
  var isAbsolute: Bool {
    if case .kernel = method { return true }
    return given.loss == .absolute
  }

  /// 1 / (columns · variance of all values together), or 1 where nothing varies.
  static func scaleGamma(of samples: Samples) -> Double {
    var (sum, squares) = (0.0, 0.0)
    samples.forEachBlock { _, values in
      for value in values {
        sum += Double(value)
        squares += Double(value) * Double(value)
      }
    }
    let columns = Double(max(1, samples.columns.count))
    let count = columns * Double(max(1, samples.count))
    let variance = squares / count - (sum / count) * (sum / count)
    return variance > 1e-12 ? 1 / (columns * variance) : 1
  }

  func features(of samples: Samples) throws -> [Float] {
    switch method {
    case .linear, .kernel: samples.matrix()
    case .features(let features): try features.values(of: samples)
    }
  }

  func rows(of labelled: LabelledSamples) throws -> Rows {
    let columns =
      if case .features(let features) = method { features.count } else {
        labelled.samples.columns.count
      }
    return Rows(
      values: try features(of: labelled.samples), columns: columns, labels: labelled.labels)
  }

  func fit(_ rows: Rows, at point: SupportVectorPoint) throws -> Fitted {
    switch method {
    case .linear, .features:
      return .linear(
        try LinearSupportVectorRegression(
          rows.values, columns: rows.columns, labels: rows.labels,
          settings: .init(
            solver: given.loss == .absolute ? .absoluteLossDual : .squaredLossPrimal,
            cost: point.cost, epsilon: point.epsilon, tolerance: given.tolerance)))
    case .kernel(let gamma):
      return .kernel(
        try KernelSupportVectorRegression(
          rows.values, columns: rows.columns, labels: rows.labels,
          settings: .init(
            kernel: .radial(gamma: gamma), cost: point.cost, epsilon: point.epsilon,
            tolerance: given.tolerance)))
    }
  }

  /// The fit as a predictor, with what was chosen in its notes.
  func predictor(
    _ fitted: Fitted, at point: SupportVectorPoint, notes: [String: Double]
  ) -> any Predictor {
    var notes = notes
    (notes["cost"], notes["epsilon"]) = (point.cost, point.epsilon)
    switch (method, fitted) {
    case (.features(let features), .linear(let model)):
      notes["gamma"] = features.gamma
      notes["landmarks"] = Double(features.landmarks)
      return KernelFeaturesPredictor(features: features, model: model, notes: notes)
    case (_, .linear(let model)):
      let fit = LinearFit(
        strength: point.cost, weights: model.weights, intercept: model.intercept)
      return LinearPredictor(fit: fit, notes: notes)
    case (_, .kernel(let model)):
      if case .kernel(let gamma) = method { notes["gamma"] = gamma }
      notes["support_vectors"] = Double(model.supportVectors)
      return KernelPredictor(model: model, notes: notes)
    }
  }
}

/// A kernel machine of LIBSVM's.
struct KernelPredictor: Predictor {
  let model: KernelSupportVectorRegression
  let notes: [String: Double]

  func predict(_ samples: Samples) throws -> [Float] {
    var result: [Float] = []
    try samples.forEachBlock { _, values in result += try model.predict(values) }
    return result
  }
}

/// A linear function of kernel features.
struct KernelFeaturesPredictor: Predictor {
  let features: KernelFeatures
  let model: LinearSupportVectorRegression
  let notes: [String: Double]

  func predict(_ samples: Samples) throws -> [Float] {
    var result: [Float] = []
    try samples.forEachBlock { range, values in
      result += try model.predict(features.values(of: values, rows: range.count))
    }
    return result
  }
}
