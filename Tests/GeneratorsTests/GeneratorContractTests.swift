import Datasets
import Foundation
import Market
import TestSupport
import Testing
import Torch

@testable import Generators

/// What every generator owes its users; a new registry line is tested on arrival.
@Suite struct GeneratorContractTests {
  /// Hyperparameters that keep a slow generator quick here: by generator, as JSON.
  static let quick: [String: String] = [
    "quantgan": """
    {"levels": 2, "hidden": 4, "criticHidden": 4, "steps": 2, "assetSteps": 2, "paths": 2,
      "days": 24, "validateEvery": 1, "factors": 2}
    """,
    "cwgan": "{days: 8, assets: 3, hidden: 8, steps: 3, batch: 4, criticSteps: 2}",
  ]
  /// Generators that cannot make assets nobody has seen.
  static let fittedOnly: Set<String> = ["shuffle", "block_bootstrap", "historical"]

  static func market(fields: [String] = Panel.usualFields, seed: UInt64 = 5) throws
    -> TrainingMarket
  {
    let panel = try madeUpPanel(dates: 260, assets: 3, seed: seed, fields: fields)
    return try TrainingMarket(
      panel, training: Array(0..<90) + Array(100..<220), validation: Array(222..<260))
  }

  static func fit(
    _ entry: GeneratorEntry, _ market: TrainingMarket, seed: UInt64 = 7
  ) throws -> any FittedGenerator {
    try entry.fit(
      market, entry.resolve(Data((quick[entry.id] ?? "").utf8)),
      GeneratorContext(seeds: SeedTree(root: seed)))
  }

  static func request(days: Int = 25, seed: UInt64 = 3) -> SampleRequest {
    SampleRequest(days: days, seeds: SeedTree(root: seed))
  }

  static func bits(_ moves: MarketMoves) -> [UInt32] {
    moves.values.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern }
  }

  @Test(arguments: generatorRegistry.entries)
  func sameSeedSameBits(_ entry: GeneratorEntry) throws {
    let fitted = try Self.fit(entry, Self.market())
    let again = try Self.fit(entry, Self.market())
    let first = try fitted.sample(Self.request(), path: 1)
    #expect(Self.bits(try again.sample(Self.request(), path: 1)) == Self.bits(first))
    #expect(Self.bits(try fitted.sample(Self.request(), path: 0)) != Self.bits(first))
    #expect(Self.bits(try fitted.sample(Self.request(seed: 4), path: 1)) != Self.bits(first))
    #expect(first.dates == 25 && first.assets == 3)
  }

  @Test(arguments: generatorRegistry.entries)
  func samplesAreValidPanelsAtAnyLength(_ entry: GeneratorEntry) throws {
    let fitted = try Self.fit(entry, Self.market())
    for days in [1, 400] {
      let panel = try fitted.panel(Self.request(days: days), path: 0)
      #expect(panel.dates == days && panel.assets == 3 && panel.fields == Panel.usualFields)
      for cell in 0..<days * 3 where panel.mask[cell] {
        let bar = panel.values[cell * 5..<cell * 5 + 4].map { $0 }
        #expect(bar.allSatisfy { $0 > 0 && $0.isFinite })
        #expect(bar[1] >= max(bar[0], bar[3]) && bar[2] <= min(bar[0], bar[3]))
      }
      #expect(panel.mask.count(where: { $0 }) > 0)
    }
  }

  @Test(arguments: generatorRegistry.entries)
  func aMarketOfClosesAloneIsEnough(_ entry: GeneratorEntry) throws {
    let fitted = try Self.fit(entry, Self.market(fields: ["close"]))
    #expect(try fitted.panel(Self.request(), path: 0).fields == ["close"])
  }

  @Test(arguments: generatorRegistry.entries)
  func newAssetsAreMadeOrRefused(_ entry: GeneratorEntry) throws {
    let fitted = try Self.fit(entry, Self.market())
    var request = Self.request()
    request.assets = .new(5)
    if Self.fittedOnly.contains(entry.id) {
      #expect(throws: GeneratorError.newAssets(generator: entry.id)) {
        try fitted.sample(request, path: 0)
      }
    } else {
      let panel = try fitted.panel(request, path: 0)
      #expect(panel.assets == 5 && panel.universe.assets[0] == "NEW0001")
    }
  }

  @Test(arguments: generatorRegistry.entries)
  func aStoredGeneratorSamplesTheSameBits(_ entry: GeneratorEntry) throws {
    let fitted = try Self.fit(entry, Self.market())
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "g.h5").path
    let resolved = try entry.resolve(Data((Self.quick[entry.id] ?? "").utf8))
    try GeneratorFile.write(fitted, entry, hyperparameters: resolved, seed: 7, to: path)
    let read = try GeneratorFile.read(path)
    #expect(read.entry.id == entry.id)
    #expect(read.generator.market == fitted.market)
    #expect(
      Self.bits(try read.generator.sample(Self.request(), path: 2))
        == Self.bits(try fitted.sample(Self.request(), path: 2)))
    // A file without its arrays is refused, not trusted.
    var parameters = try ParametersFile.read(path)
    parameters.parameters.arrays = parameters.parameters.arrays.filter {
      $0.key.hasPrefix("market.") || $0.key.hasPrefix("generator.")
    }
    try ParametersFile.write(parameters.parameters, parameters.metadata, to: path)
    #expect(throws: GeneratorError.self) { try GeneratorFile.read(path) }
  }

  @Test(arguments: generatorRegistry.entries)
  func datesOutsideTrainingChangeNothing(_ entry: GeneratorEntry) throws {
    let panel = try madeUpPanel(dates: 260, assets: 3, seed: 5)
    var values = panel.values
    let row = panel.assets * panel.fields.count
    for date in Array(90..<100) + Array(220..<260) {
      for index in date * row..<(date + 1) * row where !values[index].isNaN { values[index] = 7e9 }
    }
    let poisoned = try Panel(
      calendar: panel.calendar, universe: panel.universe, fields: panel.fields, values: values)
    func sample(_ panel: Panel) throws -> [UInt32] {
      let market = try TrainingMarket(panel, training: Array(0..<90) + Array(100..<220))
      return Self.bits(try Self.fit(entry, market).sample(Self.request(), path: 0))
    }
    #expect(try sample(panel) == sample(poisoned))
  }

  @Test(arguments: generatorRegistry.entries)
  func hyperparametersAreStrict(_ entry: GeneratorEntry) throws {
    let resolved = try entry.resolve(Data())
    #expect(try entry.resolve(resolved) == resolved)
    #expect(throws: SpecError.self) { try entry.resolve(Data(#"{"no_such_key": 1}"#.utf8)) }
    #expect(!entry.summary.isEmpty && entry.revision >= 1)
  }

  @Test(arguments: generatorRegistry.entries)
  func aMarketThatIsTooShortIsRefused(_ entry: GeneratorEntry) throws {
    let panel = try madeUpPanel(dates: 3, assets: 2)
    #expect(throws: GeneratorError.self) {
      let market = try TrainingMarket(panel, training: [0, 2])
      _ = try Self.fit(entry, market)
    }
  }
}
