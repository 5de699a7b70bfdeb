import Market

/// How well synthetic market data resemble real ones: a table, and the curves behind it.
///
/// JSON-ready: what is undefined is `nil`, and absent from the file.
public struct FidelityReport: Sendable, Codable, Equatable {
  /// What one side consists of.
  public struct Size: Sendable, Codable, Equatable {
    public let paths: Int
    public let dates: Int
    public let assets: Int
  }

  public let real: Size
  public let synthetic: Size
  /// Whether assets were compared one by one; else their returns were pooled.
  public let isMatched: Bool
  public let settings: FidelitySettings
  public let meanBlockLength: Double
  /// Where the real windows for the memorisation rows came from.
  public let memorisationReference: Memorisation.Reference
  public let rows: [FidelityRow]
  public let classifier: TwoSampleClassifier?
  public let curves: FidelityCurves

  /// Fewest dates that either side may have.
  public static let minimumDates = 60

  /// Compares a synthetic market with a real one.
  ///
  /// Assets are compared one by one where both sides have the same ones; else pooled. Every row has
  /// a floor: the same score of resamples of the real market, as many and as long as the synthetic paths, against
  /// other resamples of it.
  /// - Parameters:
  ///   - real: The market to resemble: one path.
  ///   - synthetic: One path or many, of any length.
  ///   - training: What the generator was fitted to, if that is not `real`: one path.
  ///   - heldOut: Real data that the generator has not seen, on other dates than `training`, as a
  ///     yardstick of memorisation: one path.
  ///   - settings: What is compared, and how much of it.
  ///   - seeds: Where the resamples of the floors come from.
  /// - Throws: `FidelityError` for markets that are too short or of several real paths;
  ///   `SpecError.invalid` for a setting out of range.
  /// - Complexity: about O(paths · dates · (lags + log(paths · dates))), and as much again for the
  ///   resamples of the floors: `floorReplicates` as long as the real market, and as many sets of paths, or one
  ///   where they are long together.
  public init(
    real: ReturnPaths, synthetic: ReturnPaths, training: ReturnPaths? = nil,
    heldOut: ReturnPaths? = nil, settings: FidelitySettings = FidelitySettings(), seeds: SeedTree
  ) throws {
    try settings.validate()
    for (what, market) in [
      ("the real market", real), ("the training data", training ?? real),
      ("the held-out data", heldOut ?? real), ("the synthetic market", synthetic),
    ] {
      if what != "the synthetic market", market.paths > 1 {
        throw FidelityError.severalRealPaths(what: what, paths: market.paths)
      }
      guard market.dates >= Self.minimumDates else {
        throw FidelityError.tooFewDates(
          what: what, dates: market.dates, needed: Self.minimumDates)
      }
    }
    let limit = max(settings.seriesAssets, settings.crossSectionAssets)
    let realPart = real.sampled(paths: 1, assets: limit)
    let syntheticPart = synthetic.sampled(paths: synthetic.paths, assets: limit)
    let plan = MarketSummary.Plan(
      settings: settings, lags: settings.lags(forDates: min(real.dates, synthetic.dates)),
      isMatched: real.hasSameAssets(as: synthetic),
      crossSectionAssets: min(settings.crossSectionAssets, realPart.assets, syntheticPart.assets))
    let (realSummary, syntheticSummary) = (
      MarketSummary(realPart, plan: plan), MarketSummary(syntheticPart, plan: plan)
    )
    let blockLength = FidelitySettings.meanBlockLength(forDates: real.dates)
    let floors = FidelityFloors(
      realPart, paths: synthetic.paths, dates: synthetic.dates, plan: plan,
      bootstrap: StationaryBootstrap(meanBlockLength: blockLength),
      seeds: seeds.subtree("fidelity floor"))
    let memorisation = Memorisation(
      synthetic: synthetic, training: training ?? real, heldOut: heldOut, settings: settings)

    self.real = Size(paths: 1, dates: real.dates, assets: real.assets)
    self.synthetic = Size(
      paths: synthetic.paths, dates: synthetic.dates, assets: synthetic.assets)
    isMatched = plan.isMatched
    self.settings = settings
    meanBlockLength = blockLength
    memorisationReference = memorisation.reference
    rows = fidelityRegistry(settings, lags: plan.lags).entries.map { metric in
      switch metric.score {
      case .markets(let score):
        let draws = floors.draws(of: score)
        return FidelityRow(
          metric, value: score(realSummary, syntheticSummary),
          floor: draws.isEmpty ? nil : draws.reduce(0, +) / Double(draws.count),
          floorRange: draws.count > 1
            ? Interval(ofPercentiles: draws, confidence: 0.9) : nil,
          real: metric.side?(realSummary), synthetic: metric.side?(syntheticSummary))
      case .memorisation(let finding):
        let (value, floor) = finding(memorisation)
        return FidelityRow(metric, value: value, floor: floor)
      }
    }
    classifier = TwoSampleClassifier(
      real: realSummary.windows, synthetic: syntheticSummary.windows)
    curves = FidelityCurves(
      real: (realPart, realSummary), synthetic: (syntheticPart, syntheticSummary))
  }

  /// The row of a metric, or `nil` where there is none.
  public subscript(metric: String, horizon: Int? = nil) -> FidelityRow? {
    rows.first { $0.metric == metric && (horizon == nil || $0.horizon == horizon) }
  }
}
