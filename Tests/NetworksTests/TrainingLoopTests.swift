import Foundation
import Market
import Testing
import Torch

@testable import Networks

@Suite struct TrainingLoopTests {
  let train: LabelledSamples
  let validation: LabelledSamples
  let options = TrainingOptions(
    epochs: 6, patience: 3, batching: .rows(64), learningRate: 1e-2)

  init() throws {
    train = try madeRows(dates: 30, assets: 8, columns: 3, seed: 1, noise: 0.5) {
      Double($0[0] - $0[1])
    }
    validation = try madeRows(dates: 10, assets: 8, columns: 3, seed: 2, noise: 0.5) {
      Double($0[0] - $0[1])
    }
  }

  func network(_ root: UInt64 = 7, dropout: Double = 0.1) throws -> RowNetwork<MLP> {
    var stream = SeedTree(root: root).stream("weights")
    let body = try MLP(
      .init(inputs: 3, hidden: [16], normalization: .batch, dropout: dropout), using: &stream)
    return RowNetwork(body, columns: 3)
  }

  func trained(
    _ options: TrainingOptions, seed: UInt64 = 7, validating: LabelledSamples?
  ) throws -> TrainedNetwork<RowNetwork<MLP>> {
    try TrainingLoop(options).run(
      network(seed), train: train, validating: validating, seeds: SeedTree(root: seed))
  }

  @Test func learnsTheSignalAndSaysWhatItDid() throws {
    let result = try trained(options, validating: validation)
    let best = try #require(result.record.best)
    #expect(best.validationLoss < 0.35 && (best.validationRankIC ?? 0) > 0.7)
    #expect((1...6).contains(best.epoch) && result.record.epochs <= 6)
    #expect(
      Set(result.notes.keys) == [
        "epochs", "train_loss", "best_epoch", "validation_loss", "validation_rank_ic",
      ])
  }

  @Test func sameSeedSameBits() throws {
    func bits(_ seed: UInt64) throws -> [Float] {
      try trained(options, seed: seed, validating: validation).predict(validation.samples)
    }
    #expect(try bits(7) == bits(7))
    #expect(try bits(7) != bits(8))
    var byDates = options
    byDates.batching = .dates(8)
    #expect(
      try trained(byDates, validating: nil).predict(validation.samples)
        == trained(byDates, validating: nil).predict(validation.samples))
  }

  /// The best epoch's parameters and running moments come back: its loss is measured again.
  @Test func earlyStoppingRestoresTheBestEpoch() throws {
    // Labels that mean nothing: the longer the training, the worse the validation loss.
    let noise = try madeRows(dates: 10, assets: 8, columns: 3, seed: 3, noise: 1) { _ in 0 }
    var overfitting = options
    (overfitting.epochs, overfitting.patience, overfitting.learningRate) = (60, 5, 0.05)
    let result = try TrainingLoop(overfitting).run(
      network(), train: noise, validating: validation, seeds: SeedTree(root: 3))
    let best = try #require(result.record.best)
    #expect(result.record.epochs == best.epoch + 5 && result.record.epochs < 60)
    let labels = validation.labels.map(result.scale.scaled)
    let again = Loss.mse.mean(try result.network.forecasts(of: validation.samples), labels)
    #expect(again == best.validationLoss)
  }

  @Test func rankICIsMadeLarge() throws {
    var byRank = options
    byRank.stopping = .rankIC
    let result = try trained(byRank, validating: validation)
    let best = try #require(result.record.best)
    let forecasts = try result.predict(validation.samples)
    #expect(
      meanRankCorrelation(forecasts, validation.labels, validation.samples)
        == best.validationRankIC)
    // The same seed takes the same steps: only the choice among the epochs differs.
    (byRank.epochs, byRank.patience, byRank.learningRate) = (20, 20, 0.05)
    var byLoss = byRank
    byLoss.stopping = .loss
    let (highest, other) = (
      try #require(try trained(byRank, validating: validation).record.best),
      try #require(try trained(byLoss, validating: validation).record.best)
    )
    #expect(try #require(highest.validationRankIC) >= #require(other.validationRankIC))
    #expect(highest.validationLoss >= other.validationLoss && highest.epoch != 1)
    byRank.patience = 3
    let alone = try madeRows(dates: 20, assets: 1, columns: 3, seed: 4) { Double($0[0]) }
    #expect(throws: TrainingError.unrankable(epoch: 3)) {
      try trained(byRank, validating: alone)
    }
  }

  @Test func withoutValidationAllEpochsRunAndTheLastStands() throws {
    let result = try trained(options, validating: nil)
    #expect(result.record.epochs == 6 && result.record.best == nil)
    #expect(Set(result.notes.keys) == ["epochs", "train_loss"])
    #expect(result.record.trainLoss < 0.5)
  }

  @Test func lossThatIsNoNumberIsDivergence() throws {
    var absurd = options
    absurd.learningRate = 1e30
    #expect {
      try trained(absurd, validating: validation)
    } throws: { error in
      guard case TrainingError.diverged(let epoch) = error else { return false }
      return epoch <= 3 && "\(error)".contains("learning rate")
    }
  }

  @Test func labelsOfAnyUnitAreLearntAlike() throws {
    let small = LabelledSamples(
      samples: train.samples, labels: train.labels.map { $0 * 0.01 + 0.5 })
    let result = try TrainingLoop(options).run(
      network(), train: small, validating: nil, seeds: SeedTree(root: 7))
    let usual = try trained(options, validating: nil).predict(validation.samples)
    for (a, b) in zip(try result.predict(validation.samples), usual) {
      #expect(abs((a - 0.5) * 100 - b) < 0.02)
    }
    #expect(LabelScale([2, 2, 2]) == LabelScale([2, 2]) && LabelScale([2, 2]).deviation == 1)
  }

  @Test func predictionDoesNotDependOnTheBatch() throws {
    let result = try trained(options, validating: nil)
    let whole = try result.predict(validation.samples)
    for rows in [1, 8, 17, 1000] {
      let pieces = try result.network.forecasts(of: validation.samples, rows: rows)
      #expect(zip(pieces.map(result.scale.unscaled), whole).allSatisfy { abs($0 - $1) < 1e-5 })
    }
    let one = validation.samples.selecting([validation.samples.keys[11]])
    #expect(abs(try result.predict(one)[0] - whole[11]) < 1e-5)
    #expect(try result.predict(validation.samples.selecting([])) == [])
    let narrow = try madeRows(dates: 2, assets: 2, columns: 2, seed: 1) { _ in 0 }
    #expect(throws: TrainingError.columns(expected: 3, got: 2)) {
      try result.predict(narrow.samples)
    }
    let single = LabelledSamples(samples: one, labels: [1])
    #expect(throws: TrainingError.tooFewRows(rows: 1, needed: 2)) {
      try TrainingLoop(options).run(
        network(), train: single, validating: nil, seeds: SeedTree(root: 1))
    }
  }

  @Test func clippingAndWeightDecayReachTheOptimiser() throws {
    let usual = try trained(options, validating: nil).predict(validation.samples)
    var changed = options
    changed.gradientClip = 0.01
    #expect(try trained(changed, validating: nil).predict(validation.samples) != usual)
    changed = options
    changed.rule = .adamW(weightDecay: 0.5)
    #expect(try trained(changed, validating: nil).predict(validation.samples) != usual)
    changed = options
    changed.loss = .huber
    #expect(try trained(changed, validating: nil).predict(validation.samples) != usual)
  }
}

@Suite struct BatchingTests {
  @Test(arguments: [1, 7, 64, 65, 100, 239, 240, 1000])
  func everyRowIsDealtOnce(_ size: Int) throws {
    let samples = try madeRows(dates: 30, assets: 8, columns: 1, seed: 1) { _ in 0 }.samples
    var stream = SeedTree(root: 1).stream("batches")
    let rows = Batching.rows(size).deal(samples, using: &stream)
    #expect(rows.flatMap { $0 }.sorted() == Array(0..<240))
    let sizes = rows.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    #expect(size == 1 || !sizes.contains(1))
    let dates = Batching.dates(size).deal(samples, using: &stream)
    #expect(dates.flatMap { $0 }.sorted() == Array(0..<240))
    #expect(dates.allSatisfy { $0.count % 8 == 0 })
    #expect(size == 1000 || rows.count > 1 && rows.flatMap { $0 } != Array(0..<240) || size > 200)
  }

  @Test func anEpochHasAtMostSoManyRowsDrawnAnewEachTime() throws {
    let samples = try madeRows(dates: 30, assets: 8, columns: 1, seed: 1) { _ in 0 }.samples
    var stream = SeedTree(root: 1).stream("batches")
    for batching in [Batching.rows(16), .dates(2)] {
      let epochs = (0..<40).map { _ in batching.deal(samples, atMost: 100, using: &stream) }
      for rows in epochs.map({ $0.flatMap { $0 } }) {
        #expect(rows.count == 96 && Set(rows).count == 96)
      }
      #expect(Set(epochs.joined().joined()).count == 240)
      #expect(batching.deal(samples, atMost: 3, using: &stream).count == 1)
    }
  }

  @Test func wholeDatesCoverAllRows() throws {
    let samples = try madeRows(dates: 10, assets: 8, columns: 1, seed: 1) { _ in 0 }.samples
    #expect(samples.wholeDates(rows: 20) == [0..<24, 24..<48, 48..<72, 72..<80])
    #expect(samples.wholeDates(rows: 1).count == 10)
    #expect(samples.wholeDates(rows: 999) == [0..<80])
    #expect(samples.selecting([]).wholeDates(rows: 9).isEmpty)
  }

  /// Worked out by hand: forecasts 1, 2, 3, 4 against ranks 1, 3, 2, 4 correlate at 0.8.
  @Test func rankCorrelationByHand() throws {
    let samples = try madeRows(dates: 3, assets: 4, columns: 1, seed: 1) { _ in 0 }.samples
    let forecasts: [Float] = [1, 2, 3, 4, 1, 2, 3, 4, 5, 5, 5, 5]
    let labels: [Float] = [0.1, 0.3, 0.2, 0.4, 4, 3, 2, 1, 1, 2, 3, 4]
    let value = try #require(meanRankCorrelation(forecasts, labels, samples))
    #expect(abs(value - (0.8 - 1) / 2) < 1e-12)
  }

  @Test func lossesByHand() throws {
    // Distances 0.5, 1 and 3: squares 0.25, 1, 9; Huber 0.125, 0.5, 2.5.
    let (forecasts, labels): ([Float], [Float]) = ([0.5, 1, 3], [0, 0, 0])
    #expect(abs(Loss.mse.mean(forecasts, labels) - 10.25 / 3) < 1e-12)
    #expect(abs(Loss.huber.mean(forecasts, labels) - 3.125 / 3) < 1e-12)
    for loss in Loss.allCases {
      let tensor = try loss(
        Tensor(forecasts, shape: [3]), Tensor(labels, shape: [3]))
      #expect(abs(try tensor.item() - loss.mean(forecasts, labels)) < 1e-6)
    }
  }
}
