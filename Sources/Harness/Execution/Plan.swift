import Foundation
import Market
import Models

/// The cells of a run, in the order of the report: sources, families, folds, seeds.
public struct Plan: Sendable {
  /// Rows that ask for the very same thing, such as two names of one family, have cells of equal key.
  public let cells: [Cell]
  /// The synthetic markets that cells need, one a key: two names of one generator share theirs.
  public let markets: [SyntheticMarket]
  /// The rows of the leaderboard, before any cell has run.
  public let rows: [Row]

  /// A row of the leaderboard: one training source and one family.
  public struct Row: Sendable, Equatable {
    public let training: TrainingSource
    public let name: String
    public let family: String
    public let isYardstick: Bool
    public let seeds: Int

    /// The training source as reports name it.
    public var source: String { training.description }
  }

  /// Lays out every cell the spec asks for, and the oracle where the truth is known.
  ///
  /// On real data a family that does not depend on chance gets one seed; where a sampled market has a
  /// part in it, every seed has a market of its own. Yardsticks learn nothing, and so have rows for
  /// `real` alone. Keys are derived from the data's content, so a plan made twice from the same
  /// inputs is the same plan.
  public init(_ workbench: Workbench) throws {
    let experiment = workbench.experiment
    let choices = try experiment.featureChoices()
    var rows: [Row] = []
    var cells: [Cell] = []
    var markets: [SyntheticMarket] = []
    func add(
      _ training: TrainingSource, _ choice: FamilyChoice, revision: Int, isYardstick: Bool,
      isSeeded: Bool, isExplained: Bool = false, seeds: Int, in made: [SyntheticMarket] = []
    ) throws {
      rows.append(
        Row(
          training: training, name: choice.name, family: choice.id, isYardstick: isYardstick,
          seeds: seeds))
      let features = try experiment.features(of: choice)
      let featuresRevision = try features.revision()
      let recipe = try CellRecipe(
        family: choice.id, revision: revision, hyperparameters: choice.hyperparameters,
        features: features, device: experiment.device
      ).hash()
      for fold in workbench.folds {
        for seed in 0..<seeds {
          let market = made.first {
            $0.fold == fold.index && $0.seed == seed && ($0.features ?? features) == features
          }
          let identity = CellIdentity(
            data: workbench.dataHash, label: experiment.label, features: features,
            featuresRevision: featuresRevision, fold: fold, source: training.kind,
            market: market?.key, family: choice.id, revision: revision,
            hyperparameters: choice.hyperparameters, device: experiment.device,
            rootSeed: experiment.seed, seed: seed)
          cells.append(
            Cell(
              training: training, name: choice.name, family: choice.id,
              hyperparameters: choice.hyperparameters, features: features, fold: fold.index,
              seed: seed,
              modelSeed: isSeeded ? seed : 0, market: market,
              isExplained: isExplained && seed == 0, key: try identity.key(), recipe: recipe))
        }
      }
    }
    if experiment.sources.contains(.real) {
      for choice in experiment.families {
        let entry = try workbench.families.require(choice.id)
        try add(
          .real, choice, revision: entry.revision, isYardstick: entry.isYardstick,
          isSeeded: entry.isSeeded, isExplained: !entry.isYardstick && !entry.needsSettings,
          seeds: entry.isSeeded ? experiment.seeds : 1)
      }
      if workbench.expectedReturns != nil {
        try add(
          .real, FamilyChoice(Oracle.id), revision: Oracle.revision, isYardstick: true,
          isSeeded: false, seeds: 1)
      }
    }
    for generator in experiment.generators where experiment.sources != [.real] {
      let source = try GeneratorKind.require(generator.id)
      // A market knows no features; rows are made of those that families see.
      let made = try (source.makesRows ? choices.map(Optional.some) : [nil]).flatMap { features in
        try workbench.folds.flatMap { fold in
          try (0..<experiment.seeds).map {
            try SyntheticMarket(generator, of: features, fold: fold, seed: $0, on: workbench)
          }
        }
      }
      markets += made
      for kind in experiment.sources where source.serves(kind) {
        for choice in experiment.families {
          let entry = try workbench.families.require(choice.id)
          if entry.isYardstick { continue }
          try add(
            TrainingSource(kind, of: generator.name), choice, revision: entry.revision,
            isYardstick: false, isSeeded: entry.isSeeded, seeds: experiment.seeds, in: made)
        }
      }
    }
    guard !cells.isEmpty else {
      throw SpecError.invalid(
        key: "sources", value: "[\(experiment.sources.map(\.rawValue).joined(separator: ", "))]",
        accepted:
          "a source with something to train: yardsticks have 'real' alone, other sources need "
          + "generators, and one that makes rows (such as 'add') has no 'reverse'")
    }
    let needed = Set(cells.compactMap { $0.market?.key })
    self.markets = markets.filter { needed.contains($0.key) }.uniqued(by: \.key)
    (self.rows, self.cells) = (rows, cells)
  }

  /// The names of the generators that have rows, in the order of the spec.
  var generators: [String] { rows.compactMap(\.training.generator).uniqued() }

  /// The markets that the rows of a generator's name rest on, also those it shares with another name.
  func markets(of generator: String) -> [SyntheticMarket] {
    cells.filter { $0.training.generator == generator }.compactMap(\.market).uniqued(by: \.key)
  }

  /// The cells of one row.
  public func cells(of row: Row) -> [Cell] {
    cells.filter {
      $0.training == row.training && $0.name == row.name && $0.family == row.family
    }
  }
}
