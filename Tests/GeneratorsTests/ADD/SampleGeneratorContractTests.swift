import Datasets
import Foundation
import Market
import TestSupport
import Testing

@testable import Generators

/// What every generator of training rows owes its users; a new registry line is tested on arrival.
@Suite struct SampleGeneratorContractTests {
  /// Hyperparameters that keep a slow generator quick here: by generator, as JSON.
  static let quick = [
    "add": "{steps: 4, hidden: 6, decoder: 6, epochs: 2, learningRate: 0.01}"
  ]

  static func resolved(_ entry: SampleGeneratorEntry) throws -> Data {
    try entry.resolve(Data((quick[entry.id] ?? "").utf8))
  }

  static func context(seed: UInt64 = 7) -> GeneratorContext {
    GeneratorContext(seeds: SeedTree(root: seed))
  }

  /// Rows with a hole: dates 4 to 19 and 28 to 39.
  static func train(_ market: SampleFactory = SampleFactory()) throws -> LabelledSamples {
    let all = try market.labelled(4..<40)
    let keys = all.samples.keys.filter { !(20..<28).contains($0.date) }
    let labels = zip(all.samples.keys, all.labels).filter { !(20..<28).contains($0.0.date) }
    return LabelledSamples(samples: all.samples.selecting(keys), labels: labels.map(\.1))
  }

  static func fit(
    _ entry: SampleGeneratorEntry, _ market: SampleFactory = SampleFactory(), seed: UInt64 = 7
  ) throws -> any FittedSampleGenerator {
    try entry.fit(
      train(market), market.labelled(44..<60), .standard, resolved(entry), context(seed: seed))
  }

  @Test(arguments: sampleGeneratorRegistry.entries)
  func sameSeedSameBits(_ entry: SampleGeneratorEntry) throws {
    let fitted = try Self.fit(entry)
    let set = try fitted.augment(SeedTree(root: 1))
    #expect(try fitted.augment(SeedTree(root: 1)) == set)
    #expect(try Self.fit(entry).augment(SeedTree(root: 1)) == set)
    #expect(try fitted.augment(SeedTree(root: 2)) != set)
    #expect(try Self.fit(entry, seed: 8).augment(SeedTree(root: 1)) != set)
  }

  @Test(arguments: sampleGeneratorRegistry.entries)
  func rowsAreOfTheTrainingDatesAndKeepTheirLabels(_ entry: SampleGeneratorEntry) throws {
    let train = try Self.train(SampleFactory { $0.missing = 0.1 })
    let fitted = try entry.fit(train, nil, .standard, Self.resolved(entry), Self.context())
    let set = try fitted.augment(SeedTree(root: 1))
    let labels = Dictionary(
      uniqueKeysWithValues: zip(train.samples.keys, train.labels).map { ($0, $1) })
    #expect(set.count > 0 && set.columns == train.samples.columns)
    #expect(try set.steps == entry.window(Self.resolved(entry)))
    var row = 0
    for section in set.crossSections {
      for asset in section.assets {
        #expect(
          labels[SampleKey(date: section.excessDate, asset: asset)] == set.labels[row])
        #expect(labels[SampleKey(date: section.marketDate, asset: asset)] != nil)
        row += 1
      }
    }
    // Families are trained on them as on any rows.
    #expect(try train.replaced(by: set).count == set.count)
    #expect(try train.augmented(with: set).count == set.count + train.count)
  }

  @Test(arguments: sampleGeneratorRegistry.entries)
  func datesOutsideTrainingChangeNothing(_ entry: SampleGeneratorEntry) throws {
    func bits(_ market: SampleFactory) throws -> SampleSet {
      try entry.fit(
        market.labelled(4..<30), nil, .standard, Self.resolved(entry), Self.context()
      ).augment(SeedTree(root: 1))
    }
    #expect(try bits(SampleFactory()) == bits(SampleFactory { $0.futureChangedAfter = 29 }))
  }

  @Test(arguments: sampleGeneratorRegistry.entries)
  func aStoredGeneratorMakesTheSameBits(_ entry: SampleGeneratorEntry) throws {
    try inTemporaryFolder { folder in
      let fitted = try Self.fit(entry)
      let path = folder.appending(path: "g.h5").path
      try SampleGeneratorFile.write(
        fitted, entry, hyperparameters: Self.resolved(entry), seed: 7, to: path)
      let stored = try SampleGeneratorFile.read(path)
      let restored = try stored.restored(over: Self.train())
      #expect(
        try restored.augment(SeedTree(root: 3)) == fitted.augment(SeedTree(root: 3)))
      #expect(restored.notes == fitted.notes)
      #expect(throws: GeneratorError.self) {
        try stored.restored(over: Self.train(SampleFactory { $0.columns = 4 }))
      }
      var (parameters, metadata) = try ParametersFile.read(path)
      let name = try #require(parameters.arrays.keys.sorted().first { $0.hasPrefix("network.") })
      for broken in [Double.nan, nil] {
        if let broken {
          parameters.arrays[name]?.values[0] = broken
        } else {
          parameters.arrays[name] = nil
        }
        try ParametersFile.write(parameters, metadata, to: path)
        let damaged = try SampleGeneratorFile.read(path)
        #expect(throws: GeneratorError.self) { try damaged.restored(over: Self.train()) }
      }
      // A file that was cut off is refused with its name.
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
      #expect(throws: StorageError.self) { try SampleGeneratorFile.read(path) }
    }
  }

  @Test(arguments: sampleGeneratorRegistry.entries)
  func hyperparametersAreStrict(_ entry: SampleGeneratorEntry) throws {
    let resolved = try entry.resolve(Data())
    #expect(try entry.resolve(resolved) == resolved)
    #expect(throws: SpecError.self) { try entry.resolve(Data(#"{"no_such_key": 1}"#.utf8)) }
    #expect(!entry.summary.isEmpty && entry.revision >= 1)
    #expect(!generatorRegistry.ids.contains(entry.id))
  }

  @Test(arguments: sampleGeneratorRegistry.entries)
  func tooLittleToLearnFromIsRefused(_ entry: SampleGeneratorEntry) throws {
    let all = try SampleFactory().labelled(4..<9)
    let apart = all.samples.keys.filter { $0.date % 2 == 0 }
    let rows = LabelledSamples(
      samples: all.samples.selecting(apart), labels: apart.map { _ in 0 })
    #expect(throws: GeneratorError.self) {
      try entry.fit(rows, nil, .standard, Self.resolved(entry), Self.context())
    }
  }
}

/// A folder that is there while `body` runs.
func inTemporaryFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}
