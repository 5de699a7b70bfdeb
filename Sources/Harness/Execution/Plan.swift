import Foundation
import Market
import Models

/// The cells of a run, in the order of the report: sources, families, folds, seeds.
public struct Plan: Sendable {
  public let cells: [Cell]
  /// The rows of the leaderboard, before any cell has run.
  public let rows: [Row]

  /// A row of the leaderboard: one training source and one family.
  public struct Row: Sendable, Equatable {
    public let source: String
    public let name: String
    public let family: String
    public let isYardstick: Bool
    public let seeds: Int
  }

  /// Lays out every cell the spec asks for, and the oracle where the truth is known.
  ///
  /// A family that does not depend on chance gets one seed. Keys are derived from the data's
  /// content, so a plan made twice from the same inputs is the same plan.
  public init(_ workbench: Workbench) throws {
    let experiment = workbench.experiment
    let featuresRevision = try experiment.features.revision()
    var rows: [Row] = []
    var cells: [Cell] = []
    func add(_ choice: FamilyChoice, revision: Int, isYardstick: Bool, seeds: Int) throws {
      rows.append(
        Row(
          source: "real", name: choice.name, family: choice.id, isYardstick: isYardstick,
          seeds: seeds))
      for fold in workbench.folds {
        for seed in 0..<seeds {
          let identity = CellIdentity(
            data: workbench.dataHash, label: experiment.label, features: experiment.features,
            featuresRevision: featuresRevision, fold: fold, source: "real", family: choice.id,
            revision: revision,
            hyperparameters: choice.hyperparameters, device: experiment.device,
            rootSeed: experiment.seed, seed: seed)
          cells.append(
            Cell(
              source: "real", name: choice.name, family: choice.id,
              hyperparameters: choice.hyperparameters, fold: fold.index, seed: seed,
              key: try identity.key()))
        }
      }
    }
    for choice in experiment.families {
      let entry = try modelRegistry.require(choice.id)
      try add(
        choice, revision: entry.revision, isYardstick: entry.isYardstick,
        seeds: entry.isSeeded ? experiment.seeds : 1)
    }
    if workbench.expectedReturns != nil {
      try add(FamilyChoice(Oracle.id), revision: Oracle.revision, isYardstick: true, seeds: 1)
    }
    self.rows = rows
    self.cells = cells
  }

  /// The cells of one row.
  public func cells(of row: Row) -> [Cell] {
    cells.filter {
      $0.source == row.source && $0.name == row.name && $0.family == row.family
    }
  }
}
