import Foundation
import Market
import Networks
import Torch

/// Two networks trained against each other, in alternation: the one loop of the neural generators.
///
/// Which moment of training is best is judged on what `validate` is given to look at, never on test
/// dates. Everything random of a step is drawn from a stream of that step alone, so that training goes
/// on after an interruption as if there had been none.
struct AdversarialTraining {
  struct Options: Sendable, Equatable {
    /// Steps of the generator.
    var steps: Int
    /// Steps of the critic before each of the generator.
    var criticSteps: Int
    var generatorRate: Double
    var criticRate: Double
    /// Adam's; 0 and 0.9 what Wasserstein critics are trained with (Gulrajani et al., 2017).
    var beta1 = 0.0
    var beta2 = 0.9
    /// Generator steps between two looks at the validation.
    var validateEvery: Int
    /// What is left of both learning rates after the last step.
    ///
    /// They fall in a straight line.
    var finalRate = 1.0
    /// How much the average of the generator's weights keeps of itself a step; 0 takes weights as they are.
    var averaging = 0.0
    /// Generator steps between two checkpoints, where a file was given for them.
    var checkpointEvery: Int = 100
  }

  /// What the loop asks of a generator's code.
  ///
  /// Losses are scalars with a graph.
  struct Losses {
    /// Leaves gradients on the critic's parameters and gives its loss.
    var criticStep: (inout SeedStream) throws -> Double
    var generator: (inout SeedStream) throws -> Tensor
    /// How bad the generator is after so many steps, for the choice of the best moment; less is better.
    var validate: (_ step: Int) throws -> Double
    /// What losses remember from step to step, so that a checkpoint has it.
    var carried: [any Parameterized] = []
  }

  struct Record: Sendable, Equatable {
    var step = 0
    var bestStep = 0
    var bestScore = Double.infinity
    var criticLoss = 0.0
    var generatorLoss = 0.0
  }

  let id: String
  let options: Options
  /// What tells one fit from another, so that a checkpoint of another is not gone on from.
  let identity: String

  /// Trains in place and leaves the generator as it was at its best.
  ///
  /// - Throws: `GeneratorError.diverged` for a loss that is no finite number, and what the losses throw.
  func run(
    generator: some Parameterized, critic: some Parameterized, losses: Losses,
    in context: GeneratorContext
  ) throws -> Record {
    let rule = Optimizer.Rule.adam(beta1: options.beta1, beta2: options.beta2)
    let (own, against) = (
      generator.parameters.map(\.tensor), critic.parameters.map(\.tensor)
    )
    let ascent = try Optimizer(own, rule, learningRate: options.generatorRate)
    let descent = try Optimizer(against, rule, learningRate: options.criticRate)
    var record = Record()
    var best = try generator.state()
    var average = WeightAverage(kept: options.averaging, best)
    if let file = context.checkpoint,
      let saved = Checkpoint.read(file, identity: identity)
    {
      try saved.restore("generator", to: generator, ascent)
      try saved.restore("critic", to: critic, descent)
      for (index, carried) in losses.carried.enumerated() {
        try saved.restore("carried.\(index)", to: carried)
      }
      (record, best) = (saved.record, saved.best)
      average.state = saved.average
    }
    let batches = context.seeds.subtree("training")
    while record.step < options.steps {
      let step = record.step
      let left = 1 - (1 - options.finalRate) * Double(step) / Double(options.steps)
      ascent.learningRate = options.generatorRate * left
      descent.learningRate = options.criticRate * left
      for turn in 0..<options.criticSteps {
        try descent.clearGrads()
        var stream = batches.stream("step \(step)", "critic \(turn)")
        record.criticLoss = try finite(losses.criticStep(&stream), step: step)
        try descent.step()
      }
      try ascent.clearGrads()
      var stream = batches.stream("step \(step)", "generator")
      let loss = try losses.generator(&stream)
      record.generatorLoss = try finite(loss.item(), step: step)
      try loss.backward()
      try ascent.step()
      record.step += 1
      try average.take(generator, step: record.step)
      if record.step % max(1, options.validateEvery) == 0 || record.step == options.steps {
        let score = try average.standingIn(for: generator) {
          try finite(losses.validate(record.step), step: step)
        }
        if score < record.bestScore {
          (record.bestScore, record.bestStep) = (score, record.step)
          best = try average.state ?? generator.state()
        }
      }
      context.progress(
        TrainingProgress(
          step: record.step, steps: options.steps,
          losses: ["critic": record.criticLoss, "generator": record.generatorLoss]))
      if let file = context.checkpoint, record.step % max(1, options.checkpointEvery) == 0 {
        var checkpoint = try Checkpoint(
          identity: identity, record: record, best: best, average: average.state
        ).keeping("generator", generator, ascent).keeping("critic", critic, descent)
        for (index, carried) in losses.carried.enumerated() {
          checkpoint = try checkpoint.keeping("carried.\(index)", carried)
        }
        try checkpoint.write(to: file)
      }
    }
    try generator.load(best)
    try ascent.clearGrads()
    return record
  }

  private func finite(_ value: Double, step: Int) throws(GeneratorError) -> Double {
    guard value.isFinite else { throw .diverged(generator: id, step: step) }
    return value
  }
}
