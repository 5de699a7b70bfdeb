import Market

/// What became of a cell: the content of `cells/<key>.json`.
public struct CellRecord: Codable, Sendable, Equatable {
  /// Where in its life a cell failed.
  public enum Stage: String, Codable, Sendable {
    case start, generate, compare, load, fit, predict, score, record, explain
  }

  public struct Failure: Codable, Sendable, Equatable {
    public let stage: Stage
    public let reason: String
  }

  public var schema = 1
  public let key: String
  public let source: String
  public let name: String
  public let family: String
  public let fold: Int
  public let seed: Int
  /// How it was made (`Cell.recipe`); `nil` in records of older versions.
  public let recipe: String?
  /// Rows the family was fitted to, watched, and scored on.
  public var trainRows = 0
  public var validationRows = 0
  public var testRows = 0
  /// What the fit settled on, such as the best epoch or the chosen penalty.
  public var notes: [String: Double] = [:]
  /// Wall seconds by stage, as far as the cell got.
  public var seconds: [String: Double] = [:]
  /// What it took of a processor, of all stages together: unlike wall seconds, hardly more on a busy machine.
  public var processorSeconds: Double?
  /// Most resident memory of the worker while it carried out the job the cell belongs to, in MiB.
  public var peakMegabytes: Int?
  /// `nil` for a cell that has predictions.
  public var failure: Failure?

  public init(of cell: Cell) {
    key = cell.key
    source = cell.source
    name = cell.name
    family = cell.family
    fold = cell.fold
    (seed, recipe) = (cell.seed, cell.recipe)
  }
}
