import Market

/// What became of a synthetic market: the content of `synthetic/<key>.json`.
public struct SyntheticRecord: Codable, Sendable, Equatable {
  public var schema = 1
  public let key: String
  public private(set) var name: String
  public let generator: String
  public let fold: Int
  public let seed: Int
  /// What the fit settled on.
  public var notes: [String: Double] = [:]
  /// Assets with too few returns on training dates to learn from.
  public var leftOut: [String] = []
  /// Wall seconds by stage.
  public var seconds: [String: Double] = [:]
  /// What making it took of a processor.
  public var processorSeconds: Double?
  /// What comparing it with the real market took of a processor.
  public var comparisonProcessorSeconds: Double?
  public var peakMegabytes: Int?
  /// How it was made (`SyntheticMarket.recipe`); `nil` in records of older versions.
  public let recipe: String?
  /// Dates of the fold's training × assets: what its cost may grow with.
  public var trainRows: Int?
  /// `nil` for a market that is there.
  public var failure: CellRecord.Failure?
  /// Why a market that is there cannot be compared with the real one.
  public var uncompared: String?

  /// What it took of a processor, of all stages together.
  var totalProcessorSeconds: Double? {
    processorSeconds.map { $0 + (comparisonProcessorSeconds ?? 0) }
  }

  /// The same market under what another run calls its generator.
  func named(_ name: String) -> SyntheticRecord {
    var record = self
    record.name = name
    return record
  }

  public init(of market: SyntheticMarket) {
    (key, name, generator) = (market.key, market.name, market.generator)
    (fold, seed, recipe) = (market.fold, market.seed, market.recipe)
  }
}
