import Datasets
import Foundation
import Market
import Networks
import TestSupport
import Testing

@testable import Generators

@Suite struct ADDTests {
  typealias Contract = SampleGeneratorContractTests

  static func hyperparameters(_ given: String) throws -> Data {
    try sampleGeneratorRegistry.require("add").resolve(Data(given.utf8))
  }

  // MARK: - Pairs

  @Test func pairsAreNeighboursAndSpanNoHole() throws {
    let train = try Contract.train()
    let days = AdjacentDays(train.samples)
    #expect(days.pairs.count == 28 && days.pairs.map(\.count).reduce(0, +) == 52)
    for pair in days.pairs.flatMap({ $0 }) {
      let (excess, market) = (
        train.samples.keys[pair.excess.lowerBound].date,
        train.samples.keys[pair.market.lowerBound].date
      )
      #expect(abs(excess - market) == 1)
    }
    let seeds = SeedTree(root: 1)
    #expect(days.chosen(0, using: seeds).count == 28)
    #expect(days.chosen(5, using: seeds).count == 5)
    #expect(days.chosen(1000, using: seeds).count == 52)
  }

  @Test func onlyAssetsWithBothRowsArePaired() throws {
    let all = try SampleFactory().labelled(4..<6)
    // Asset 3 has no row on the first date, asset 5 none on the second.
    let keys = all.samples.keys.filter {
      !($0 == SampleKey(date: 4, asset: 3) || $0 == SampleKey(date: 5, asset: 5))
    }
    let rows = LabelledSamples(samples: all.samples.selecting(keys), labels: keys.map { _ in 0.5 })
    let entry = try sampleGeneratorRegistry.require("add")
    let set = try entry.fit(
      rows, nil, .standard, Contract.resolved(entry), Contract.context()
    ).augment(SeedTree(root: 1))
    #expect(set.crossSections.count == 2)
    for section in set.crossSections {
      #expect(section.assets == (0..<12).filter { $0 != 3 && $0 != 5 })
    }
  }

  // MARK: - Training

  @Test func anInterruptedFitGoesOnToTheSameBits() throws {
    let entry = try sampleGeneratorRegistry.require("add")
    let train = try Contract.train()
    let validation = try SampleFactory().labelled(44..<60)
    func fit(_ checkpoint: String?) throws -> SampleSet {
      let context = GeneratorContext(seeds: SeedTree(root: 7), checkpoint: checkpoint) { told in
        #expect(told.stage.hasPrefix("epoch "))
      }
      return try entry.fit(train, validation, .standard, Contract.resolved(entry), context)
        .augment(SeedTree(root: 1))
    }
    let whole = try fit(nil)
    try inTemporaryFolder { folder in
      let file = folder.appending(path: "c.checkpoint").path
      #expect(try fit(file) == whole)
      #expect(FileManager.default.fileExists(atPath: file))
      // As it lies there after an epoch in the middle.
      var states: [DisentanglementState] = []
      let given = try JSONDecoder().decode(
        ADD.Hyperparameters.self, from: Contract.resolved(entry))
      _ = try DisentanglementTraining(
        given.network.shape(columns: 5), given.options, seeds: SeedTree(root: 7)
      ).run(
        train, validating: validation, label: .standard,
        hooks: .init(keep: { states.append($0) }))
      let identity = try ParametersFile.read(file).parameters.texts["identity"]?.first
      try TrainingCheckpoint(file: file, identity: #require(identity)).write(states[1])
      #expect(try fit(file) == whole)
      // One of another fit is not gone on from, such as one that watched other rows, nor a damaged one.
      let watchingLess = try SampleFactory().labelled(44..<59)
      let context = GeneratorContext(seeds: SeedTree(root: 7), checkpoint: file)
      _ = try entry.fit(train, watchingLess, .standard, Contract.resolved(entry), context)
      #expect(
        try ParametersFile.read(file).parameters.texts["identity"] != [try #require(identity)])
      try TrainingCheckpoint(file: file, identity: "another").write(states[1])
      #expect(try fit(file) == whole)
      try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: file))
      #expect(try fit(file) == whole)
      #expect(FileManager.default.fileExists(atPath: file + ".damaged"))
    }
  }

  @Test func divergenceIsAnErrorWithTheEpoch() throws {
    let entry = try sampleGeneratorRegistry.require("add")
    let given = try Self.hyperparameters(
      "{steps: 4, hidden: 6, decoder: 6, epochs: 2, learningRate: 1e25, gradientClip: 0}")
    #expect(throws: GeneratorError.divergedInEpoch(generator: "add", epoch: 1)) {
      try entry.fit(Contract.train(), nil, .standard, given, Contract.context())
    }
  }

  @Test func rangesAreChecked() throws {
    for text in [
      "{steps: 0}", "{hidden: 0}", "{dropout: 1}", "{adversarial: -1}", "{leastOfDay: 2}",
      "{generations: 0}", "{learningRate: 0}", "{crossSections: -1}", "{leak: -1}",
      "{stopping: 'never'}",
    ] {
      #expect(throws: SpecError.self) { try Self.hyperparameters(text) }
    }
  }
}
