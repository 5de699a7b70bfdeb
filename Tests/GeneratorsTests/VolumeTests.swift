import Datasets
import Foundation
import Market
import Metrics
import TestSupport
import Testing

@testable import Generators

/// Volumes: against what they are measured, how they answer to returns, and what of it samples keep.
@Suite struct VolumeTests {
  /// Volatility in waves that a market shares, and volumes that answer to the size of returns: by `slopes`,
  /// an asset's turn by turn, in logarithms for a return of the usual size.
  static func panel(
    dates: Int = 500, assets: Int = 4, slopes: [Double] = [0.2, 0.5], growth: Double = 0,
    seed: UInt64 = 3
  ) throws -> Panel {
    var stream = SeedStream(seed: seed)
    var closes = [Double](repeating: 50, count: assets)
    var (activity, values) = (0.0, [Float]())
    for date in 0..<dates {
      let wave = exp(0.6 * sin(Double(date) / 25))
      let common = stream.normal()
      activity = 0.9 * activity + 0.1 * stream.normal()
      for asset in 0..<assets {
        let move = 0.01 * wave * (0.6 * common + 0.8 * stream.normal())
        closes[asset] *= exp(move)
        let answer = slopes[asset % slopes.count] * abs(move) / 0.0088
        let trend = growth * Double(date) / 250
        let volume = exp(13 + Double(asset) + answer + trend + activity + 0.2 * stream.normal())
        values += [Float(closes[asset]), Float(volume)]
      }
    }
    return try Panel(
      calendar: weekdays(dates), universe: Universe((0..<assets).map { "A\($0)" }),
      fields: ["close", "volume"], values: values)
  }

  static func market(_ panel: Panel) throws -> TrainingMarket { try TrainingMarket(whole: panel) }

  // MARK: - Representation

  @Test func volumesAreAgainstTheMedianOfTrainingDates() throws {
    let panel = try Self.panel(dates: 120, assets: 2, growth: 3)
    let training = try TrainingMarket(
      panel, training: Array(10..<40) + Array(60..<91), validation: Array(95..<120))
    // By hand: 61 training dates, so that the median is one of their volumes.
    let volumes = (Array(10..<40) + Array(60..<91)).map { panel[$0, 1, 1] }.sorted()
    let usual = Double(volumes[30])
    #expect(training.start.assets[1].usualVolume == usual)
    for (stretch, dates) in [
      (training.stretches[0], 10..<40), (training.stretches[1], 60..<91),
      (training.validation[0], 95..<120),
    ] {
      for date in dates {
        let expected = log(Double(panel[date, 1, 1]) / usual)
        #expect(abs(Double(stretch.moves[date - dates.lowerBound, 1, 1]) - expected) < 1e-6)
      }
    }
    // Dates that are not of training say nothing of what is usual, though volumes there are far higher.
    let alone = try TrainingMarket(panel, training: Array(10..<40) + Array(60..<91))
    #expect(alone.start == training.start)
  }

  @Test func volumesAreRebuiltFromMoves() throws {
    let panel = try Self.panel(dates: 200, growth: 2)
    let usual = UsualVolume.medians(of: panel, dates: 0..<50)
    let moves = try MarketMoves(of: panel, dates: 49..<200, usualVolumes: usual)
    let rebuilt = try moves.rows(1..<151).panel(
      from: StartingPoint(of: panel, dates: 0..<50, usualVolumes: usual),
      calendar: TradingCalendar(Array(panel.calendar.dates[50..<200])), universe: panel.universe)
    for date in 0..<150 {
      for asset in 0..<4 {
        for field in 0..<2 {
          #expect(abs(rebuilt[date, asset, field] / panel[date + 50, asset, field] - 1) < 1e-5)
        }
      }
    }
  }

  @Test func anAssetWithoutVolumesIsSurvived() throws {
    let panel = try Self.panel(dates: 100)
    var values = panel.values
    for date in 0..<100 { values[(date * 4 + 2) * 2 + 1] = date < 4 ? 5 : .nan }
    let market = try Self.market(
      Panel(
        calendar: panel.calendar, universe: panel.universe, fields: panel.fields, values: values))
    #expect(market.start.assets[2].usualVolume == 1_000_000)
    #expect((0..<80).allSatisfy { market.stretches[0].moves[$0, 2, 1].isNaN })
    let response = try #require(VolumeResponse(fitting: market))
    #expect(response.slopes[2].isFinite && response.scales[2] > 0)
  }

  // MARK: - The answer to returns

  @Test func theAnswerIsWhatMadeTheVolumes() throws {
    let market = try Self.market(Self.panel(dates: 2000))
    let response = try #require(VolumeResponse(fitting: market))
    // The panel's unit is 0.0088, the answer's the asset's mean size.
    for asset in 0..<4 {
      let truth = [0.2, 0.5][asset % 2] * response.scales[asset] / 0.0088
      #expect(abs(response.slopes[asset] - truth) < 0.06)
    }
    // Off and on again is nothing, missing values included; off, sizes say nothing of volume.
    let (moves, all) = (market.stretches[0].moves, Array(0..<4))
    let bare = response.adding(-1, to: moves, models: all)
    let again = response.adding(1, to: bare, models: all)
    #expect(
      zip(again.values, moves.values).allSatisfy { abs($0 - $1) < 1e-5 || ($0.isNaN && $1.isNaN) })
    #expect(bare.series(.logReturn)?.dropFirst(4) == moves.series(.logReturn)?.dropFirst(4))
    #expect(abs(Self.correlation(bare, asset: 1)) < 0.05)
    #expect(Self.correlation(moves, asset: 1) > 0.4)
    #expect(VolumeResponse(fitting: try Self.market(madeUpPanel(fields: ["close"]))) == nil)
  }

  /// Of log volume with the size of returns.
  static func correlation(_ moves: MarketMoves, asset: Int) -> Double {
    let days = (1..<moves.dates).map { date in
      (abs(Double(moves[date, asset, 0])), Double(moves[date, asset, 1]))
    }
    func mean(_ value: ((Double, Double)) -> Double) -> Double {
      days.reduce(0) { $0 + value($1) } / Double(days.count)
    }
    let (x, y) = (mean { $0.0 }, mean { $0.1 })
    let (xx, yy) = (mean { ($0.0 - x) * ($0.0 - x) }, mean { ($0.1 - y) * ($0.1 - y) })
    return mean { ($0.0 - x) * ($0.1 - y) } / (xx * yy).squareRoot()
  }

  /// Windows of one asset: a return and a volume innovation a day.
  static func windows(
    _ count: Int, days: Int, seed: UInt64,
    _ innovation: (_ size: Double, _ day: Double, _ window: Double) -> Double
  ) -> [Float] {
    var stream = SeedStream(seed: seed)
    return (0..<count).flatMap { _ -> [Float] in
      let window = stream.normal()
      return (0..<days).flatMap { _ -> [Float] in
        let move = stream.normal()
        return [Float(move), Float(innovation(abs(move), stream.normal(), window))]
      }
    }
  }

  /// Made innovations lean against large returns and err alike on all days of a window; levelled, they
  /// neither lean nor add up to more than the real ones.
  @Test func innovationsOfVolumeAreLevelled() {
    let (count, days, persistence) = (600, 20, 0.8)
    let real = Self.windows(count, days: days, seed: 1) { size, day, _ in 0.1 + 0.2 * size + day }
    func draw(_ seed: UInt64) -> [Float] {
      Self.windows(count, days: days, seed: seed) { size, day, window in
        0.7 - 0.4 * size + 0.8 * day + 0.5 * window
      }
    }
    let level = VolumeLevel(
      made: draw(2), real: real, shape: [count, 1, days, 2], volume: 1, persistence: persistence)
    for (found, truth) in zip(level.real + level.made, [0.1, 0.2, 0.7, -0.4]) {
      #expect(abs(found - truth) < 0.06)
    }
    // Over 20 days of persistence 0.8 the variance of window errors counts for (1 + ρ)/(1 − ρ) = 9 times its
    // own but for what is lost at borders: about 0.64 + 0.25 · 6.8 instead of 1.
    #expect(level.width < 0.75 && level.width > 0.55)
    func run(_ values: [Float], _ move: (Double, Double) -> Double) -> (
      mean: Double, deviation: Double
    ) {
      var (volume, path) = (0.0, [Double]())
      for day in 0..<values.count / 2 {
        volume = persistence * volume + move(Double(values[2 * day + 1]), Double(values[2 * day]))
        path.append(volume)
      }
      return (path.reduce(0, +) / Double(path.count), ScenarioStatistics.deviation(path))
    }
    let truth = run(real) { value, _ in value }
    let levelled = run(draw(3)) { level($0, beside: $1) }
    let raw = run(draw(3)) { value, _ in value }
    #expect(abs(levelled.mean - truth.mean) < 0.2)
    #expect(abs(log(levelled.deviation / truth.deviation)) < 0.1)
    #expect(log(raw.deviation / truth.deviation) > 0.25)
  }

  // MARK: - Samples

  static func volumeRow(
    _ id: String, _ hyperparameters: String, of panel: Panel
  ) throws -> FidelityRow {
    let entry = try generatorRegistry.require(id)
    let fitted = try entry.fit(
      TrainingMarket(whole: panel, validationFraction: 0),
      entry.resolve(Data(hyperparameters.utf8)),
      GeneratorContext(seeds: SeedTree(root: 2)))
    let request = SampleRequest(days: panel.dates, seeds: SeedTree(root: 8))
    var settings = FidelitySettings()
    (settings.lags, settings.windows, settings.floorReplicates) = (10, 50, 8)
    let report = try FidelityReport(
      real: ReturnPaths([panel]),
      synthetic: ReturnPaths((0..<4).map { try fitted.panel(request, path: $0) }),
      settings: settings, seeds: SeedTree(root: 1))
    return try #require(report["volume_volatility"])
  }

  /// Against a trailing median of 20 days the shuffle's correlation was half the real one.
  @Test(arguments: ["shuffle", "block_bootstrap"])
  func bootstrapsKeepWhatVolumeHasToDoWithVolatility(_ id: String) throws {
    let row = try Self.volumeRow(id, "", of: Self.panel())
    #expect(try #require(row.real) > 0.4)
    #expect(try #require(row.value) <= #require(row.floorRange).high)
  }

  /// After a few steps of training, since it is not the networks that make it.
  @Test(arguments: [
    ("cwgan", "{days: 10, assets: 3, hidden: 8, steps: 4, batch: 4, criticSteps: 1}"),
    (
      "quantgan",
      """
      {levels: 2, hidden: 4, criticHidden: 4, steps: 2, assetSteps: 2, paths: 2, days: 24,
        validateEvery: 1}
      """
    ),
  ])
  func networksVolumesAnswerToReturns(_ id: String, _ hyperparameters: String) throws {
    let row = try Self.volumeRow(id, hyperparameters, of: Self.panel())
    #expect(try abs(#require(row.synthetic) - #require(row.real)) < 0.15)
  }

  @Test func levelsStayWhereTheyAre() throws {
    let panel = try Self.panel()
    let entry = try generatorRegistry.require("shuffle")
    let fitted = try entry.fit(
      Self.market(panel), entry.resolve(Data()), GeneratorContext(seeds: SeedTree(root: 2)))
    let made = try fitted.panel(SampleRequest(days: 4000, seeds: SeedTree(root: 4)), path: 0)
    func level(_ dates: Range<Int>) -> Double {
      dates.reduce(0) { $0 + log(Double(made[$1, 0, 1])) } / Double(dates.count)
    }
    #expect(abs(level(0..<400) - level(3600..<4000)) < 0.1)
  }
}
