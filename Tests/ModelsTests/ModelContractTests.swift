import Foundation
import Market
import Models
import TestSupport
import Testing

/// All families but those that do nothing until a spec says what.
let familiesWithDefaults = modelRegistry.entries.filter { !$0.needsSettings }

/// What every family owes the harness; a new registry line is tested on arrival.
@Suite struct ModelContractTests {
  /// Hyperparameters that keep a slow family quick here: by family, as JSON.
  static let quick = [
    "lstm": #"{"epochs": 15}"#, "lstm_lrp": #"{"lstm": {"epochs": 15}}"#,
    "transformer": #"{"epochs": 15}"#,
  ]

  static func context(seed: UInt64 = 7) -> FitContext {
    FitContext(seeds: SeedTree(root: seed), label: .standard)
  }

  static func fit(
    _ entry: ModelEntry, _ train: LabelledSamples, _ validating: LabelledSamples?, seed: UInt64 = 7
  ) throws -> any Predictor {
    let given = Data((quick[entry.id] ?? "").utf8)
    return try entry.fit(train, validating, entry.resolve(given), context(seed: seed))
  }

  /// Fitted on dates 0 to 30 of a market, watching 32 to 42.
  static func fit(
    _ entry: ModelEntry, in market: SampleFactory = SampleFactory(), seed: UInt64 = 7
  ) throws -> any Predictor {
    try fit(entry, market.labelled(0..<30), market.labelled(32..<42), seed: seed)
  }

  static func expectSound(
    _ predictions: [Float], count: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(predictions.count == count, sourceLocation: sourceLocation)
    #expect(predictions.allSatisfy { $0.isFinite }, sourceLocation: sourceLocation)
  }

  // MARK: - Hyperparameters

  @Test(arguments: familiesWithDefaults)
  func defaultsResolveToThemselves(_ entry: ModelEntry) throws {
    let resolved = try entry.resolve(Data())
    #expect(try entry.resolve(Data("{}".utf8)) == resolved)
    #expect(try entry.resolve(resolved) == resolved)
    #expect(!entry.summary.isEmpty && entry.revision >= 1)
  }

  @Test(arguments: familiesWithDefaults)
  func aStrayKeyIsNamedWithThoseThatExist(_ entry: ModelEntry) throws {
    let resolved = try JSONDecoder().decode(JSONValue.self, from: entry.resolve(Data()))
    guard case .object(let object) = resolved else {
      Issue.record("hyperparameters are no object")
      return
    }
    #expect {
      _ = try entry.resolve(Data(#"{"no_such_key": 1}"#.utf8))
    } throws: { error in
      guard case .strayKeys(["no_such_key"], let place, let known)? = error as? SpecError else {
        return false
      }
      return place.contains(entry.id) && known == object.keys.sorted()
    }
  }

  @Test(arguments: familiesWithDefaults)
  func aWrongKindOfValueIsASpecError(_ entry: ModelEntry) throws {
    guard
      case .object(let object) = try JSONDecoder().decode(
        JSONValue.self, from: entry.resolve(Data()))
    else { return }
    for key in object.keys {
      let given = Data(#"{"\#(key)": {"nested": "nonsense"}}"#.utf8)
      #expect(throws: SpecError.self) { try entry.resolve(given) }
    }
    for text in ["[]", "3", "{", #"{"a": }"#] {
      #expect(throws: SpecError.self) { try entry.resolve(Data(text.utf8)) }
    }
  }

  /// What is far out of place is refused by its key; what is let through fits, or fails in words.
  @Test(arguments: familiesWithDefaults)
  func extremeNumbersAreRefusedOrSurvived(_ entry: ModelEntry) throws {
    let market = SampleFactory { ($0.dates, $0.assets) = (24, 6) }
    let (train, validation) = (try market.labelled(0..<14), try market.labelled(16..<20))
    let rows = try market.samples(20..<24)
    guard
      case .object(let object) = try JSONDecoder().decode(
        JSONValue.self, from: entry.resolve(Data()))
    else { return }
    for (key, value) in object {
      switch value {
      case .integer, .number: break
      default: continue
      }
      for extreme in ["0", "-1", "0.5", "1e-300", "1e300", "9223372036854775807"] {
        let short = ["epochs", "rounds", "trees"].first { object.keys.contains($0) && $0 != key }
        let given = short.map { #"{"\#(key)": \#(extreme), "\#($0)": 2}"# }
        let text = given ?? #"{"\#(key)": \#(extreme)}"#
        do {
          let resolved = try entry.resolve(Data(text.utf8))
          let predictor = try entry.fit(train, validation, resolved, Self.context())
          Self.expectSound(try predictor.predict(rows), count: rows.count)
        } catch let error as any UserFacingError {
          #expect(!error.description.isEmpty)
        }
      }
    }
  }

  // MARK: - Predictions

  @Test(arguments: familiesWithDefaults)
  func sameSeedSamePredictions(_ entry: ModelEntry) throws {
    let rows = try SampleFactory().samples(44..<60)
    let first = try Self.fit(entry).predict(rows)
    Self.expectSound(first, count: rows.count)
    #expect(try Self.fit(entry).predict(rows) == first)
  }

  @Test(arguments: familiesWithDefaults)
  func theSeedMattersWhereItIsSaidTo(_ entry: ModelEntry) throws {
    let rows = try SampleFactory().samples(44..<60)
    let one = try Self.fit(entry, seed: 1).predict(rows)
    let other = try Self.fit(entry, seed: 2).predict(rows)
    #expect((one != other) == entry.isSeeded)
  }

  @Test(arguments: familiesWithDefaults)
  func aRowIsPredictedAsAmongOthers(_ entry: ModelEntry) throws {
    let rows = try SampleFactory { $0.missing = 0.05 }.samples(44..<60)
    let predictor = try Self.fit(entry)
    let all = try predictor.predict(rows)
    // Every row alone, every third row, and the rows of the last date.
    let third = rows.keys.indices.filter { $0 % 3 == 1 }
    let selections =
      [0, 1, 77, rows.count - 1].map { [$0] } + [third, Array(rows.keys.indices.suffix(12))]
    for selection in selections {
      let some = try predictor.predict(rows.selecting(selection.map { rows.keys[$0] }))
      #expect(some.count == selection.count)
      for (value, row) in zip(some, selection) {
        // Networks multiply matrices, and a product of another shape may add in another order.
        let tolerance: Float = entry.isSeeded ? 1e-5 * max(1, abs(all[row])) : 0
        #expect(abs(value - all[row]) <= tolerance)
      }
    }
    #expect(try predictor.predict(rows.selecting([])).isEmpty)
    #expect(try predictor.predict(rows) == all)
  }

  @Test(arguments: familiesWithDefaults)
  func theFutureChangesNoPrediction(_ entry: ModelEntry) throws {
    let predictor = try Self.fit(entry)
    let now = try SampleFactory().samples(44..<50)
    let elsewhere = SampleFactory { $0.futureChangedAfter = 49 }
    #expect(
      try elsewhere.samples(50..<52).matrix() != SampleFactory().samples(50..<52).matrix())
    #expect(try predictor.predict(elsewhere.samples(44..<50)) == predictor.predict(now))
  }

  @Test(arguments: familiesWithDefaults)
  func learnsTheSignalOfTheFeaturesOrIsAYardstick(_ entry: ModelEntry) throws {
    guard !entry.isYardstick else { return }
    let market = SampleFactory { $0.dates = 120 }
    let test = try market.labelled(94..<120)
    let predictor = try Self.fit(entry, market.labelled(0..<70), market.labelled(72..<92))
    let predictions = try predictor.predict(test.samples)
    let ours = zip(predictions, test.labels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let none = test.labels.reduce(0) { $0 + $1 * $1 }
    // The defaults of a network over windows are meant for far more than these 840 rows.
    let isOverWindows = try entry.window(entry.resolve(Data())) > 1
    #expect(ours < (isOverWindows ? 0.9 : 0.7) * none)
  }

  // MARK: - Explanations

  /// Contributions and base value sum to the prediction, up to the rounding of the largest of them.
  @Test(arguments: familiesWithDefaults)
  func contributionsSumToThePrediction(_ entry: ModelEntry) throws {
    let rows = try SampleFactory { $0.missing = 0.05 }.samples(44..<60)
    guard let predictor = try Self.fit(entry) as? any ExplainablePredictor else {
      #expect(!["linear", "gbdt", "dnn", "lstm", "lstm_lrp"].contains(entry.id))
      return
    }
    let predictions = try predictor.predict(rows)
    let explained = try predictor.contributions(rows)
    #expect(explained.columns == rows.columns && explained.rows == rows.count)
    for (row, prediction) in predictions.enumerated() {
      let values = explained.values[row * 5..<row * 5 + 5]
      let size = values.reduce(1) { max($0, abs($1)) }
      #expect(abs(values.reduce(explained.baseValue, +) - prediction) <= 1e-4 * size)
    }
    #expect(try predictor.contributions(rows.selecting([])).values.isEmpty)

    guard let predictor = predictor as? any StepExplainablePredictor else { return }
    let whole = try predictor.contributionsByStep(rows)
    #expect(whole.rows == rows.count && whole.columns == rows.columns)
    #expect(try whole.steps == entry.window(entry.resolve(Data())))
    #expect(whole.baseValue == explained.baseValue)
    for index in explained.values.indices {
      let (row, column) = (index / 5, index % 5)
      let sum = (0..<whole.steps).reduce(Float(0)) {
        $0 + whole.values[(row * whole.steps + $1) * 5 + column]
      }
      #expect(abs(sum - explained.values[index]) <= 1e-4 * max(1, abs(sum)))
    }
  }

  // MARK: - Hard rows

  @Test(arguments: familiesWithDefaults)
  func missingFeaturesAndConstantColumnsAreSurvived(_ entry: ModelEntry) throws {
    let markets = [
      SampleFactory { $0.missing = 0.3 },
      SampleFactory { $0.constantColumns = [1, 3] },
      SampleFactory { $0.constantColumns = [0, 1, 2, 3, 4] },
      SampleFactory { $0.missing = 1 },
    ]
    for market in markets {
      let rows = try market.samples(44..<60)
      Self.expectSound(try Self.fit(entry, in: market).predict(rows), count: rows.count)
    }
  }

  @Test(arguments: familiesWithDefaults)
  func constantLabelsAreSurvived(_ entry: ModelEntry) throws {
    for label in [0, 0.25, -3] as [Float] {
      let market = SampleFactory { $0.constantLabel = label }
      let rows = try market.samples(44..<60)
      Self.expectSound(try Self.fit(entry, in: market).predict(rows), count: rows.count)
    }
  }

  @Test(arguments: familiesWithDefaults)
  func noValidationRowsAreNeeded(_ entry: ModelEntry) throws {
    let market = SampleFactory()
    let rows = try market.samples(44..<60)
    let none = try Self.fit(entry, market.labelled(0..<30), nil).predict(rows)
    Self.expectSound(none, count: rows.count)
    let empty = try Self.fit(entry, market.labelled(0..<30), market.labelled(30..<30))
    #expect(try empty.predict(rows) == none)
  }

  @Test(arguments: familiesWithDefaults)
  func fewRowsGiveAResultOrATypedError(_ entry: ModelEntry) throws {
    for (dates, assets, columns) in [(1, 1, 5), (1, 2, 5), (2, 1, 5), (1, 4, 1), (2, 3, 40)] {
      let market = SampleFactory {
        ($0.dates, $0.assets, $0.columns) = (dates + 1, assets, columns)
      }
      let rows = try market.samples(0..<dates + 1)
      do {
        let predictor = try Self.fit(
          entry, market.labelled(0..<dates), market.labelled(dates..<dates + 1))
        Self.expectSound(try predictor.predict(rows), count: rows.count)
      } catch let error as any UserFacingError {
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test(arguments: familiesWithDefaults)
  func noRowsAtAllGiveAResultOrATypedError(_ entry: ModelEntry) throws {
    let market = SampleFactory()
    do {
      let predictor = try Self.fit(entry, market.labelled(0..<0), nil)
      Self.expectSound(try predictor.predict(market.samples(3..<5)), count: 24)
    } catch let error as any UserFacingError {
      #expect(!error.description.isEmpty)
    }
  }
}
