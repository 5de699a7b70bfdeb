import Networks
import Testing
import Torch

@Suite struct GradientPenaltyTests {
  /// For a linear critic w·x the slope is w everywhere.
  @Test func ofALinearCriticIsKnown() throws {
    let weight = try Tensor([3, 4] as [Float], shape: [1, 2]).requiringGrad()
    let critic = Linear(weight: weight, bias: nil)
    let real = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
    let fake = try Tensor([0, 0, 1, 1] as [Float], shape: [2, 2])
    func penalty(conditions: Int) throws -> Tensor {
      try gradientPenalty(
        real: real, fake: fake, weights: Tensor([0.2, 0.7] as [Float], shape: [2]), strength: 10,
        conditions: conditions
      ) { try critic($0, .evaluating) }
    }
    let whole = try penalty(conditions: 0)
    #expect(abs(try whole.item() - 160) < 1e-3)
    try whole.backward()
    // d/dw λ(‖w‖ − 1)² = 2λ(‖w‖ − 1) w/‖w‖.
    let slope = try #require(try weight.grad()).floats()
    #expect(abs(slope[0] - 48) < 1e-3 && abs(slope[1] - 64) < 1e-3)
    // Of the first channel alone: 10 · (3 − 1)².
    #expect(abs(try penalty(conditions: 1).item() - 40) < 1e-3)
  }

  /// A critic whose rectifier is shut for every point: its slope is 0, and its gradients are numbers.
  @Test func aFlatCriticHasGradients() throws {
    let weight = try Tensor([1, 1] as [Double], shape: [1, 1, 2]).requiringGrad()
    let bias = try Tensor([-100] as [Double], shape: [1]).requiringGrad()
    let (real, fake) = (
      try Tensor([1, 2, 3, 4] as [Double], shape: [2, 1, 2]),
      try Tensor([0, 0, 1, 1] as [Double], shape: [2, 1, 2])
    )
    let losses = try gradientPenaltyStep(
      real: real, fake: fake, epsilon: Tensor([0.2, 0.7] as [Double], shape: [2])
    ) { try $0.conv1d(weight, bias: bias).relu() }
    #expect(losses.real == 0 && losses.fake == 0)
    #expect(abs(losses.penalty - 10) < 1e-4)
    for leaf in [weight, bias] {
      #expect(try #require(try leaf.grad()).doubles().allSatisfy { $0 == 0 })
    }
  }
}
