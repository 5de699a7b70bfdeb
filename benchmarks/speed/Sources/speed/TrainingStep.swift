import Foundation
import Networks
import Torch

/// Times training steps (forward, backward, gradient clip, AdamW) of a network, on one thread.
enum TrainingStep {
  static let usage =
    "lstm|gru|transformer|dnn|dnn-plain|gnn FILE BATCH STEPS FEATURES WIDTH REPEATS DROPOUT"

  /// What is printed, as JSON, for the script that compares it with PyTorch.
  struct Report: Encodable {
    /// Of each step.
    let seconds: [Double]
    let processorSeconds: [Double]
    /// Before each step.
    let losses: [Double]
    let path: String
    let libtorch: String
  }

  /// FILE holds, as 32-bit floats, the windows [batch, steps, features], the targets [batch] and the
  /// network's parameters in the order of its list.
  static func run(_ arguments: [String]) throws {
    let sizes = arguments.dropFirst(2).prefix(5).compactMap { Int($0) }
    guard arguments.count == 8, sizes.count == 5, sizes.allSatisfy({ $0 > 0 }),
      let dropout = Double(arguments[7])
    else { throw UsageError("speed training-step \(usage)") }
    try TorchRuntime.configureForWorker()
    let shape = ForecasterShape(
      batch: sizes[0], steps: sizes[1], features: sizes[2], width: sizes[3], dropout: dropout)
    var numbers = try Numbers(contentsOf: arguments[1])
    let x = try numbers.tensor([shape.batch, shape.steps, shape.features])
    let y = try numbers.tensor([shape.batch])
    guard let forecaster = try Forecaster(arguments[0], shape, x) else {
      throw UsageError("speed training-step \(usage)")
    }
    let parameters = forecaster.parameters
    for parameter in parameters { try parameter.assign(numbers.tensor(parameter.shape)) }
    guard numbers.isAtEnd else { throw UsageError("the file has more numbers than the network") }
    let optimizer = try Optimizer(parameters, .adamW(weightDecay: 0.1), learningRate: 1e-3)
    let pass = Pass.training(try Generator(seed: 1))

    var (seconds, processor, losses): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<sizes[4] {
      let (start, cpu) = (ContinuousClock.now, clock())
      try optimizer.clearGrads()
      let loss = try forecaster.forecast(pass).squaredError(y)
      losses.append(try loss.item())
      try loss.backward()
      try clipGradients(of: parameters, norm: 1)
      try optimizer.step()
      seconds.append((ContinuousClock.now - start) / .seconds(1))
      processor.append(Double(clock() - cpu) / Double(CLOCKS_PER_SEC))
    }
    let report = Report(
      seconds: seconds, processorSeconds: processor, losses: losses,
      path: "\(FusedKernels.path)", libtorch: TorchRuntime.version)
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  /// Consecutive tensors out of one file.
  struct Numbers {
    private let values: [Float]
    private var next = 0

    init(contentsOf path: String) throws {
      let data = try Data(contentsOf: URL(filePath: path))
      values = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    var isAtEnd: Bool { next == values.count }

    mutating func tensor(_ shape: [Int]) throws -> Tensor {
      let count = shape.reduce(1, *)
      guard next + count <= values.count else { throw UsageError("the file ends too early") }
      defer { next += count }
      return try Tensor(Array(values[next..<(next + count)]), shape: shape)
    }
  }
}
