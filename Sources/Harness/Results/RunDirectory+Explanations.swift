import Foundation
import Market

extension RunDirectory {
  /// An explanation that was stored, whole or failed; `nil` where there is none, or it is damaged.
  public func explanation(_ key: String) -> CellExplanation? {
    guard let data = try? Data(contentsOf: explanationURL(key)),
      let stored = try? JSONDecoder().decode(CellExplanation.self, from: data), stored.key == key,
      stored.isWhole
    else { return nil }
    return stored
  }

  /// - Throws: `UserFacingError` where the directory cannot be written.
  func store(_ explanation: CellExplanation) throws {
    try write(
      StrictJSON.encode(explanation, pretty: true), to: explanationURL(explanation.key))
  }

  /// Whether nothing is left to do for a cell: it has predictions, and the explanation the spec asks
  /// for.
  ///
  /// An explanation that failed counts as there: the same model would fail at it again.
  func isDone(_ cell: Cell, under experiment: Experiment) throws -> Bool {
    guard hasPredictions(of: cell.key) else { return false }
    return try experiment.explanationKey(of: cell).map { explanation($0) != nil } ?? true
  }

  private func explanationURL(_ key: String) -> URL {
    explanationsURL.appendingPathComponent("\(key).json")
  }
}
