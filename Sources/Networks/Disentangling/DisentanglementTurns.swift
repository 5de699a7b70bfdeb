import Torch

/// The two sides, and whose turn it is.
struct DisentanglementTurns {
  private let network: DisentanglingNetwork
  private let options: DisentanglementOptions
  private let own: Optimizer
  private let against: Optimizer

  init(_ network: DisentanglingNetwork, _ options: DisentanglementOptions) throws {
    (self.network, self.options) = (network, options)
    own = try Optimizer(
      network.ownParameters.map(\.tensor), .adamW(weightDecay: options.weightDecay),
      learningRate: options.learningRate)
    against = try Optimizer(
      network.adversaryParameters.map(\.tensor), .adam(), learningRate: options.adversaryRate)
  }

  /// Steps of the adversaries on the codes as they are, then one of the rest against them.
  ///
  /// - Returns: The losses before the steps; `nil` where one of them, or a gradient, is not finite.
  func take(
    _ batch: DisentanglementBatch, _ teaching: DisentanglementLosses.Teaching?, _ pass: Pass
  ) throws -> [String: Double]? {
    let losses = options.losses
    let codes = try network.codes(batch.windows, pass)
    let still = try codes.detached()
    for _ in 0..<options.adversarySteps {
      try against.clearGrads()
      let chase = try losses.adversaries(of: network, still, batch, pass)
      guard try chase.item().isFinite else { return nil }
      try chase.backward()
      try against.step()
    }

    try own.clearGrads()
    let terms = try losses.terms(of: network, codes, batch, teaching, pass)
    let total = try losses.total(terms)
    guard try total.item().isFinite else { return nil }
    try total.backward()
    let norm = try clipGradients(
      of: own.parameters, norm: options.gradientClip ?? .infinity)
    guard norm.isFinite else { return nil }
    try own.step()
    var told = [
      "excess": try terms.forecasts.squaredError(batch.excess).item(),
      "prediction": try terms.prediction.item(), "adversary": try terms.adversarial.item(),
      "windows": try terms.reconstruction.item(),
    ]
    told["distillation"] = try terms.distillation?.item()
    told["leak"] = try terms.leak?.item()
    return told
  }

  func clear() throws {
    try own.clearGrads()
    try against.clearGrads()
  }

  func moments() throws -> StateDictionary {
    var moments = try own.moments("own")
    moments.entries.merge(try against.moments("adversary").entries) { first, _ in first }
    return moments
  }

  func restore(_ moments: StateDictionary, device: Device) throws {
    try own.restore(moments, "own", device: device)
    try against.restore(moments, "adversary", device: device)
  }
}
