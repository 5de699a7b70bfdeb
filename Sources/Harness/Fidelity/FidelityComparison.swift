import Datasets
import Foundation
import Market
import Metrics

/// A file of sampled paths compared with a real market.
public struct FidelityComparison: Codable, Sendable, Equatable {
  public let synthetic: String
  public let real: String
  /// As the file names it; empty for a file that does not.
  public let generator: String
  /// What the generator had not seen, where that is known: it then says what memorisation looks like
  /// without any.
  public let heldOut: String?
  public let report: FidelityReport

  /// Reads both sides and compares them.
  ///
  /// Where the file says that its generator learnt from this very market, the dates it was trained on and those
  /// it was not are told apart.
  /// - Parameters:
  ///   - path: A file of kind `samples` or `panel`.
  ///   - name: A catalogue name or the path of an HDF5 panel.
  ///   - dates: The part of the real market to compare with, such as `2009-05-01:2018-12-31`.
  ///   - seed: Root of the resamples behind the floors.
  ///   - settings: What is compared, and how much of it.
  /// - Throws: `UserFacingError` for files that cannot be read or compared.
  public init(
    of path: String, against name: String, dates: String? = nil, seed: UInt64 = 20_240_101,
    settings: FidelitySettings = FidelitySettings()
  ) throws {
    let (panels, metadata) = try PanelFile.readPaths(path)
    let dataset = try DatasetReference(name: name).load()
    let whole =
      try dates.map { try dataset.panel.dates(in: DateSpan($0, named: "dates")) } ?? dataset.panel
    let isParent = try metadata.parentSHA256 == PanelFile.contentSHA256(of: whole)
    // A generator may have left out assets that were listed too late to learn from.
    let places = Dictionary(
      uniqueKeysWithValues: whole.universe.assets.enumerated().map { ($1, $0) })
    let shared = panels[0].universe.assets.compactMap { places[$0] }
    let isPart = shared.count == panels[0].assets && shared.count < whole.assets
    let panel = isPart ? try whole.assets(at: shared) : whole
    let held = Int(Double(panel.dates) * (GenerationSpec.watched(in: metadata) ?? 0))
    var (training, unseen): (ReturnPaths?, ReturnPaths?) = (nil, nil)
    if isParent, held > FidelityReport.minimumDates {
      let split = panel.calendar[panel.dates - held]
      let before = panel.calendar[panel.dates - held - 1]
      training = try ReturnPaths([panel.dates(from: nil, to: before)])
      unseen = try ReturnPaths([panel.dates(from: split, to: nil)])
      heldOut = "\(split) to \(panel.calendar[panel.dates - 1])"
    } else {
      heldOut = nil
    }
    synthetic = URL(fileURLWithPath: path).lastPathComponent
    real = dataset.title
    generator = metadata.generator
    report = try FidelityReport(
      real: ReturnPaths([panel]), synthetic: ReturnPaths(panels), training: training,
      heldOut: unseen, settings: settings, seeds: SeedTree(root: seed))
  }
}
