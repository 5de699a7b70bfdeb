import Testing

@testable import Torch

extension TorchSuite {
  @Suite struct DeterminismTests {
    @Test func sameSeedSameBits() throws {
      func draws(_ seed: UInt64) throws -> [Float] {
        let generator = try Generator(seed: seed)
        return try generator.normal([20]).floats() + generator.uniform([20]).floats()
          + generator.bernoulli(0.3, [20]).floats()
          + Tensor.ones([20]).dropout(0.5, using: generator).floats()
          + generator.permutation(20).to(.float32).floats()
      }
      #expect(try draws(7) == draws(7) && draws(7) != draws(8))
      let generator = try Generator(seed: 1)
      let first = try generator.normal([5]).floats()
      #expect(try generator.normal([5]).floats() != first)
      try generator.reseed(1)
      #expect(try generator.normal([5]).floats() == first)
    }

    @Test func drawsHaveTheirMoments() throws {
      let generator = try Generator(seed: 3)
      let normal = try generator.normal([100_000], dtype: .float64)
      #expect(abs(try normal.mean().item()) < 0.015)
      #expect(abs(try normal.standardDeviation().item() - 1) < 0.01)
      #expect(abs(try generator.uniform([100_000]).mean().item() - 0.5) < 0.005)
      #expect(abs(try generator.bernoulli(0.3, [100_000]).mean().item() - 0.3) < 0.007)
      #expect(try generator.permutation(50).integers().sorted() == Array(0..<50))
      let dropped = try Tensor.ones([100_000]).dropout(0.25, using: generator)
      #expect(abs(try dropped.mean().item() - 1) < 0.01)
      #expect(Set(try dropped.floats()).count == 2)
      #expect(throws: TorchError.self) { try dropped.dropout(1, using: generator) }
      #expect(throws: TorchError.self) { try dropped.dropout(.nan, using: generator) }
    }

    /// Rates within four of their deviations, and no element says anything about the next ones.
    @Test(arguments: [0.02, 0.1, 0.5, 0.9]) func coinsAreIndependent(_ probability: Double) throws {
      let count = 100_001
      let generator = try Generator(seed: 12)
      let coins = try generator.bernoulli(probability, [count]).floats()
      #expect(coins.allSatisfy { $0 == 0 || $0 == 1 })
      let deviation = (probability * (1 - probability)).squareRoot()
      let bound = 4 / Double(count).squareRoot()
      let centred = coins.map { (Double($0) - probability) / deviation }
      #expect(abs(centred.reduce(0, +)) / Double(count) < bound)
      for lag in [1, 2, 3, 64] {
        let products = zip(centred, centred.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(products) / Double(count) < bound, "lag \(lag)")
      }
      let next = try generator.bernoulli(probability, [count]).floats()
      let products = zip(coins, next).reduce(0) {
        $0 + (Double($1.0) - probability) * (Double($1.1) - probability)
      }
      #expect(abs(products) / Double(count) / deviation / deviation < bound)
      // Either type, and any number of them, begins alike.
      let double = try Generator(seed: 12).bernoulli(probability, [999], dtype: .float64)
      #expect(try double.doubles() == coins.prefix(999).map(Double.init))
      let all = try Generator(seed: 1).bernoulli(1, [100]).sum().item()
      #expect(try all == 100 && Generator(seed: 1).bernoulli(0, [100]).sum().item() == 0)
    }

    @Test func optimizerContinuesFromItsState() throws {
      func parameter() throws -> Tensor {
        try Tensor([1.0, -2], shape: [2]).requiringGrad()
      }
      func step(_ parameter: Tensor, _ optimizer: Optimizer) throws {
        try optimizer.clearGrads()
        try parameter.pow(4).sum().backward()
        try optimizer.step()
      }
      for rule in [Optimizer.Rule.adam(), .adamW(), .sgd(momentum: 0.5)] {
        let whole = try parameter()
        let optimizer = try Optimizer([whole], rule, learningRate: 0.01)
        for _ in 0..<3 { try step(whole, optimizer) }
        let halfway = try whole.detached().cloned().requiringGrad()
        let continued = try Optimizer([halfway], rule, learningRate: 0.01)
        try continued.restore(optimizer.state())
        for _ in 0..<3 {
          try step(whole, optimizer)
          try step(halfway, continued)
        }
        #expect(try whole.doubles() == halfway.doubles())
        #expect(throws: TorchError.self) { try continued.restore([]) }
      }
      let optimizer = try Optimizer([parameter()], .adam(), learningRate: 0.01)
      optimizer.learningRate = 0.5
      #expect(optimizer.learningRate == 0.5)
      #expect(throws: TorchError.self) {
        try Optimizer([Tensor(indices: [1])], .adam(), learningRate: 0.01)
      }
      #expect(throws: TorchError.self) {
        try Optimizer([parameter() * 2], .adam(), learningRate: 0.01)
      }
    }

    /// Five thousand steps of a small network: everything a step makes is gone after it.
    ///
    /// In a process of its own, since other tests allocate beside it.
    @Test func trainingLeavesMemoryFlat() async {
      await #expect(processExitsWith: .success) { try Self.trainAndMeasure() }
    }

    private static func trainAndMeasure() throws {
      let generator = try Generator(seed: 2)
      let (x, y) = (try generator.normal([32, 8]), try generator.normal([32, 1]))
      let first = try (generator.normal([16, 8]) * 0.3).requiringGrad()
      let second = try (generator.normal([1, 16]) * 0.3).requiringGrad()
      let optimizer = try Optimizer([first, second], .adamW(), learningRate: 1e-3)
      func train(_ steps: Int) throws {
        for _ in 0..<steps {
          try optimizer.clearGrads()
          let hidden = try x.linear(first).relu().dropout(0.1, using: generator)
          try hidden.linear(second).squaredError(y).backward()
          try clipGradients(of: [first, second], norm: 1)
          try optimizer.step()
        }
      }
      try train(500)
      let (bytes, handles) = (try residentBytes(), TorchRuntime.liveTensors)
      try train(5000)
      // A step's tensors are about 10 KiB: kept, they would be 50 MiB.
      try #require(try residentBytes() - bytes < 4 << 20)
      try #require(TorchRuntime.liveTensors == handles)
    }
  }
}
