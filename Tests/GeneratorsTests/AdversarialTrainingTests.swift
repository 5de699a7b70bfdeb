import Foundation
import Market
import Networks
import Synchronization
import Testing
import Torch

@testable import Generators

/// One linear layer against another: enough to see the loop, the penalty and the checkpoint.
@Suite struct AdversarialTrainingTests {
  struct Pair {
    let generator: Linear
    let critic: MLP

    init() throws {
      var stream = SeedStream(seed: 5)
      generator = try Linear(2, 1, using: &stream)
      critic = try MLP(
        MLP.Shape(inputs: 1, hidden: [16], normalization: .none, activation: .gelu),
        using: &stream)
    }

    /// Real values are normal around 2 with deviation 0.5.
    ///
    /// On a line, a stronger penalty has a second minimum, where the critic slopes the wrong way.
    func losses() -> AdversarialTraining.Losses {
      func noise(_ stream: inout SeedStream) throws -> Tensor {
        try Tensor((0..<128).map { _ in Float(stream.normal()) }, shape: [64, 2])
      }
      return AdversarialTraining.Losses(
        criticStep: { stream in
          let real = try Tensor(
            (0..<64).map { _ in Float(2 + 0.5 * stream.normal()) }, shape: [64, 1])
          let fake = try withoutGrad { try generator(noise(&stream), .evaluating) }
          let weights = try Tensor((0..<64).map { _ in Float(stream.uniform()) }, shape: [64])
          let gap = try critic(fake, .evaluating).mean() - critic(real, .evaluating).mean()
          let loss =
            try gap
            + gradientPenalty(real: real, fake: fake, weights: weights, strength: 1) {
              try critic($0, .evaluating)
            }
          try loss.backward()
          return try loss.item()
        },
        generator: { stream in
          try -critic(generator(noise(&stream), .evaluating), .evaluating).mean()
        },
        validate: { _ in
          var stream = SeedStream(seed: 99)
          let values = try withoutGrad { try generator(noise(&stream), .evaluating).floats() }
          let mean = values.reduce(0, +) / Float(values.count)
          return Double(abs(mean - 2))
        })
    }
  }

  static let options = AdversarialTraining.Options(
    steps: 120, criticSteps: 3, generatorRate: 2e-2, criticRate: 2e-2, validateEvery: 10,
    checkpointEvery: 25)

  func train(
    _ pair: Pair, checkpoint: String? = nil, options: AdversarialTraining.Options = options,
    stopAfter: Int? = nil
  ) throws -> AdversarialTraining.Record {
    struct Stopped: Error {}
    var losses = pair.losses()
    if let stopAfter {
      let inner = losses.generator
      var count = 0
      losses.generator = { stream in
        count += 1
        if count > stopAfter { throw Stopped() }
        return try inner(&stream)
      }
    }
    do {
      return try AdversarialTraining(id: "test", options: options, identity: "one").run(
        generator: pair.generator, critic: pair.critic, losses: losses,
        in: GeneratorContext(seeds: SeedTree(root: 1), checkpoint: checkpoint))
    } catch is Stopped {
      return AdversarialTraining.Record()
    }
  }

  @Test func theGeneratorFindsWhereTheRealValuesLie() throws {
    let pair = try Pair()
    let record = try train(pair)
    #expect(record.step == 120 && record.bestStep > 0)
    #expect(record.bestScore < 0.25)
    #expect(try pair.losses().validate(0) == record.bestScore)
  }

  /// Alternating steps of one size leave an average in the middle, and the best moment is the average's.
  @Test func weightsAreAveraged() throws {
    let pair = try Pair()
    let start = try pair.generator.state()
    func shifted(_ by: Float) -> StateDictionary {
      var state = start
      for name in state.entries.keys {
        state.entries[name]?.values = start.entries[name]?.values.map { $0 + by } ?? []
      }
      return state
    }
    var average = WeightAverage(kept: 0.95, start)
    for step in 1...400 {
      try pair.generator.load(shifted(step % 2 == 0 ? 1 : -1))
      try average.take(pair.generator, step: step)
    }
    let own = try pair.generator.state()
    try average.standingIn(for: pair.generator) {
      for (name, entry) in try pair.generator.state().entries {
        for (value, first) in zip(entry.values, try #require(start.entries[name]).values) {
          #expect(abs(value - first) < 0.03)
        }
      }
    }
    #expect(try pair.generator.state() == own)
    // The first weights count little from the beginning on.
    var early = WeightAverage(kept: 0.999, start)
    try pair.generator.load(shifted(1))
    for step in 1...20 { try early.take(pair.generator, step: step) }
    let name = try #require(start.entries.keys.first)
    let moved =
      try #require(early.state?.entries[name]).values[0]
      - #require(start.entries[name]).values[0]
    #expect(moved > 0.99, "\(moved)")

    var options = Self.options
    options.averaging = 0.9
    let trained = try Pair()
    let record = try train(trained, options: options)
    #expect(try trained.losses().validate(0) == record.bestScore)
    #expect(try record != train(Pair()))
  }

  @Test(arguments: [0, 0.9]) func anInterruptedTrainingEndsInTheSameBits(averaging: Double) throws {
    var options = Self.options
    options.averaging = averaging
    let whole = try Pair()
    let record = try train(whole, options: options)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "checkpoint.h5").path
    _ = try train(Pair(), checkpoint: file, options: options, stopAfter: 60)
    let resumed = try Pair()
    #expect(try train(resumed, checkpoint: file, options: options) == record)
    #expect(try resumed.generator.state() == whole.generator.state())
    #expect(try resumed.critic.state() == whole.critic.state())

    // A damaged one is set aside, and costs no more than what it would have spared.
    try Data(contentsOf: URL(fileURLWithPath: file)).prefix(900).write(
      to: URL(fileURLWithPath: file))
    let anew = try Pair()
    #expect(try train(anew, checkpoint: file, options: options) == record)
    #expect(try anew.generator.state() == whole.generator.state())
    #expect(FileManager.default.fileExists(atPath: file + ".damaged"))
  }

  /// Adam moves a parameter by about its rate: the generator's last moves are as small as they should be.
  @Test(arguments: [1.0, 0.01]) func ratesFallInAStraightLine(finalRate: Double) throws {
    let pair = try Pair()
    var (losses, seen) = (pair.losses(), [[Float]]())
    let inner = losses.generator
    losses.generator = { stream in
      seen.append(try pair.generator.parameters[0].tensor.floats())
      return try inner(&stream)
    }
    var options = Self.options
    options.finalRate = finalRate
    _ = try AdversarialTraining(id: "test", options: options, identity: "").run(
      generator: pair.generator, critic: pair.critic, losses: losses,
      in: GeneratorContext(seeds: SeedTree(root: 1)))
    func size(_ moves: Range<Int>) -> Float {
      moves.reduce(0) { sum, step in
        sum + zip(seen[step], seen[step + 1]).reduce(0) { $0 + abs($1.0 - $1.1) }
      } / Float(moves.count)
    }
    let ratio = size(109..<119) / size(0..<10)
    #expect(finalRate == 1 ? ratio > 0.2 : ratio < 0.15, "\(ratio)")
  }

  @Test func aLossThatIsNoNumberStopsTraining() throws {
    let pair = try Pair()
    var losses = pair.losses()
    losses.criticStep = { _ in .nan }
    #expect(throws: GeneratorError.diverged(generator: "test", step: 0)) {
      try AdversarialTraining(id: "test", options: Self.options, identity: "").run(
        generator: pair.generator, critic: pair.critic, losses: losses,
        in: GeneratorContext(seeds: SeedTree(root: 1)))
    }
  }
}
