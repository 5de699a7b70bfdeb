import Market

/// What is compared and how much of it; the defaults are those of Quant GANs where it states any.
public struct FidelitySettings: Sendable, Codable, Equatable {
  /// Dates over which returns are added up.
  public var horizons = [1, 5, 20, 100]
  /// Lags of the correlation curves; fewer where either market is shorter than four times as many.
  public var lags = 250
  /// Confidence levels of value at risk.
  public var riskLevels = [0.01, 0.05]
  /// Assets whose series are compared one by one, evenly spread over the universe.
  public var seriesAssets = 50
  /// Assets of the correlation matrices, evenly spread; the series' assets are among them.
  public var crossSectionAssets = 200
  /// Synthetic paths of the correlation matrices.
  public var crossSectionPaths = 20
  /// Returns of one market that are looked at; of more, only some paths are used.
  public var maximumValues = 4_000_000
  /// Resamples that stand for the real market, and as many for its perfect generator; 0 for no floor.
  public var floorReplicates = 20
  /// Dates in a window of the classifier and of the search for memorised windows.
  public var windowLength = 20
  /// Windows of each side that the classifier sees, and that are looked up in the training data.
  public var windows = 2000
  /// Windows of the training data that are searched; of more, only some assets are.
  public var trainingWindows = 65_536
  /// Dates that a run must have to count as copied.
  public var copiedRunLength = 10
  /// How far apart two log returns may be and still count as equal.
  public var copyTolerance: Float = 1e-5

  public init() {}

  /// - Throws: `SpecError.invalid`, naming the setting that is out of range.
  public func validate() throws(SpecError) {
    func require(_ holds: Bool, _ key: String, _ value: Any, _ accepted: String) throws(SpecError) {
      guard holds else {
        throw .invalid(key: "fidelity.\(key)", value: "\(value)", accepted: accepted)
      }
    }
    try require(
      !horizons.isEmpty && horizons.allSatisfy { (1...10_000).contains($0) }
        && Set(horizons).count == horizons.count,
      "horizons", horizons, "different numbers of dates, 1 to 10000")
    try require((1...10_000).contains(lags), "lags", lags, "1 to 10000")
    try require(
      riskLevels.allSatisfy { $0 > 0 && $0 < 0.5 }
        && Set(riskLevels.map(FidelityMetric.percent)).count == riskLevels.count,
      "riskLevels", riskLevels, "different levels, more than 0, less than 0.5")
    try require(
      (0...1000).contains(floorReplicates), "floorReplicates", floorReplicates, "0 to 1000")
    try require((8...250).contains(windowLength), "windowLength", windowLength, "8 to 250 dates")
    try require((3...250).contains(copiedRunLength), "copiedRunLength", copiedRunLength, "3 to 250")
    try require(
      copyTolerance >= 0 && copyTolerance < 1, "copyTolerance", copyTolerance, "0 to less than 1")
    for (key, value) in [
      ("seriesAssets", seriesAssets), ("crossSectionAssets", crossSectionAssets),
      ("crossSectionPaths", crossSectionPaths), ("maximumValues", maximumValues),
      ("windows", windows), ("trainingWindows", trainingWindows),
    ] { try require(value > 0, key, value, "1 or more") }
  }

  /// Lags for markets of so many dates: a correlation needs several times as many pairs as lags.
  func lags(forDates dates: Int) -> Int { max(1, min(lags, dates / 4)) }

  /// A tenth of the market within 100 and 250 dates, but a third at most: long enough for the longest
  /// usual horizon, short enough for resamples to differ.
  static func meanBlockLength(forDates dates: Int) -> Double {
    Double(min(max(dates / 10, 100), 250, dates / 3))
  }
}
