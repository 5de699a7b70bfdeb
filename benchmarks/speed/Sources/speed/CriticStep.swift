import Foundation
import Market
import Networks
import Torch

/// Times steps of a Wasserstein critic with gradient penalty, Adam included, on one thread: a 1×1
/// convolution and six dilated layers, read by a linear head.
enum CriticStep {
  static let usage = "FILE BATCH STEPS FEATURES WIDTH REPEATS"

  /// FILE holds, as 32-bit floats, real and generated windows [batch, features, steps], epsilon
  /// [batch], and the network's parameters in the order of its list.
  static func run(_ arguments: [String]) throws {
    let sizes = arguments.dropFirst().compactMap { Int($0) }
    guard arguments.count == 6, sizes.count == 5, sizes.allSatisfy({ $0 > 0 }) else {
      throw UsageError("speed critic-step \(usage)")
    }
    try TorchRuntime.configureForWorker()
    let (batch, steps, features, width) = (sizes[0], sizes[1], sizes[2], sizes[3])
    var numbers = try TrainingStep.Numbers(contentsOf: arguments[0])
    let real = try numbers.tensor([batch, features, steps])
    let fake = try numbers.tensor([batch, features, steps])
    let epsilon = try numbers.tensor([batch])
    let critic = try network(features: features, width: width)
    let parameters = critic.parameters.map(\.tensor)
    for parameter in parameters { try parameter.assign(numbers.tensor(parameter.shape)) }
    let optimizer = try Optimizer(parameters, .adam(), learningRate: 1e-3)

    var (seconds, processor, losses): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<sizes[4] {
      let (start, cpu) = (ContinuousClock.now, clock())
      try optimizer.clearGrads()
      let loss = try critic.gradientPenaltyStep(real: real, fake: fake, epsilon: epsilon)
      try optimizer.step()
      seconds.append((ContinuousClock.now - start) / .seconds(1))
      processor.append(Double(clock() - cpu) / Double(CLOCKS_PER_SEC))
      losses.append(loss.total)
    }
    let report = TrainingStep.Report(
      seconds: seconds, processorSeconds: processor, losses: losses,
      path: "\(FusedKernels.path)", libtorch: TorchRuntime.version)
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  private static func network(
    features: Int, width: Int
  ) throws -> TemporalConvolutionNetwork {
    typealias Block = TemporalConvolutionNetwork.Block
    let dilated = (0..<6).map { Block(kernel: 2, dilation: 1 << $0, convolutions: 1) }
    var stream = SeedTree(root: 0).stream("weights")
    return try TemporalConvolutionNetwork(
      .init(
        inputs: features, channels: width,
        blocks: [Block(kernel: 1, dilation: 1, convolutions: 1)] + dilated, skips: false),
      using: &stream)
  }
}
