import Datasets
import Foundation
import Market

/// What each piece of a run takes, from records where there are any alike, else from the cost model.
///
/// Constants here are of the harness itself, measured as those of `FamilyCost`.
struct CellCosts {
  struct Cost {
    /// Processor seconds; `nil` where nobody knows.
    var seconds: Double?
    var isMeasured = false
    /// Resident memory of the worker, in MiB.
    var megabytes: Double
    /// What is written.
    var bytes: Double
  }

  private let workbench: Workbench
  private let plan: Plan
  private let measured: MeasuredCosts
  private let widths: [(choice: FeatureChoice, columns: Double)]

  /// A worker with its libraries, in MiB.
  private static let bareMegabytes = 190.0
  /// Seconds to compute a feature value, and to bring one to its fold's scale.
  private static let (featureSeconds, scalingSeconds) = (1.2e-7, 5e-8)
  /// Stored bytes of a prediction, and of a market's observation.
  private static let (predictionBytes, observationBytes) = (10.0, 3.0)

  init(
    _ workbench: Workbench, plan: Plan, directory: RunDirectory, cache: RunCache?
  ) throws {
    (self.workbench, self.plan) = (workbench, plan)
    var measured = MeasuredCosts()
    measured.look(at: directory, isOwn: true)
    cache?.look(into: &measured)
    self.measured = measured
    // One asset is enough to know how many columns there are.
    let asset = try workbench.dataset.panel.assets(at: [0])
    widths = try workbench.experiment.featureChoices().map {
      ($0, Double(try $0.compute(on: asset).columns.count))
    }
  }

  /// Columns of a family's features; of the run's where it names none.
  private func columns(_ choice: FeatureChoice?) -> Double {
    (widths.first { $0.choice == choice } ?? widths[0]).columns
  }

  // MARK: - The whole

  private var panelValues: Double {
    Double(workbench.dataset.panel.dates * workbench.dataset.panel.assets)
  }

  /// Seconds for a process to load the data and compute what all cells share.
  var startSeconds: Double {
    let computed = widths.reduce(0) { $0 + $1.columns }
    return 0.2 + panelValues * (1e-7 + computed * Self.featureSeconds)
  }

  /// Seconds to score every row and write the report.
  var scoringSeconds: Double {
    let tested = Double(Set(workbench.folds.flatMap(\.test)).count)
    let replicates = plan.rows.reduce(0) { $0 + Double($1.seeds) }
    let draws = Double(workbench.experiment.intervals.resamples)
    let predictions = plan.cells.reduce(0) { $0 + Double(workbench.folds[$1.fold].test.count) }
    return 0.5 + predictions * assets * 8e-7 + replicates * tested * draws * 2e-7
  }

  var parentMegabytes: Double { Self.bareMegabytes + panelValues * 60 / 1_048_576 }

  var reportBytes: Double { 1e6 + Double(plan.rows.count) * 2e4 }

  private var assets: Double { Double(workbench.dataset.panel.assets) }

  // MARK: - Its pieces

  private func size(of cell: Cell) -> WorkSize {
    let fold = workbench.folds[cell.fold]
    let paths = Double(workbench.experiment.synthetic.paths)
    let known = Double(workbench.rows(on: fold.train).count)
    let train =
      switch cell.training.kind {
      case .real, .reverse: known
      case .synthetic: known * paths
      case .augmented: known * (1 + paths)
      }
    return WorkSize(
      train: train, validation: Double(workbench.rows(on: fold.validation).count),
      test: Double(workbench.rows(on: fold.test).count), columns: columns(cell.features),
      assets: assets)
  }

  /// `isFit` is false for a cell whose model another one has fitted just before.
  func cost(of cell: Cell, isFit: Bool) throws -> Cost {
    let size = size(of: cell)
    let columns = size.columns
    let settings = Settings(cell.hyperparameters)
    let model = FamilyCost.of(cell.family)
    let isSampled = cell.training.kind != .real
    // A worker holds the real features, those of one sampled market, and both joined.
    let copies =
      isSampled
      ? 2 + Double(workbench.experiment.synthetic.paths)
        + (cell.training.kind == .augmented ? 2 : 0) : 1
    var cost = Cost(
      megabytes: Self.bareMegabytes + (model?.libraryMegabytes ?? 0)
        + (panelValues * (copies * 4 * columns + 60)
          + size.train * (model?.bytesPerRow(size, settings) ?? 4 * columns)) / 1_048_576,
      bytes: size.test * Self.predictionBytes + 6e3)
    if let known = measured.cell(
      cell.recipe, rows: isFit ? size.rows : size.test, isFit: isFit)
    {
      (cost.seconds, cost.isMeasured) = (known.seconds, true)
      cost.megabytes = known.megabytes.map(Double.init) ?? cost.megabytes
    } else if let model {
      var seconds = size.test * model.predict(size, settings)
      if isFit {
        seconds +=
          model.fit(size, settings) + size.validation * model.predict(size, settings)
          + size.rows * columns * Self.scalingSeconds
      }
      if isSampled { seconds += size.test * columns * Self.featureSeconds }
      cost.seconds = seconds
    }
    if try workbench.experiment.explanationKey(of: cell) != nil {
      cost.bytes += 6e3 + 300 * columns
      let own = measured.explanation(of: cell.name)
      cost.seconds = cost.seconds.map { $0 + (own ?? explaining(size, model, settings)) }
    }
    return cost
  }

  private func explaining(
    _ size: WorkSize, _ model: FamilyCost?, _ settings: Settings
  ) -> Double {
    guard let model else { return 0 }
    let asked = workbench.experiment.explain
    let rows = min(Double(asked.rows), size.test)
    let divided = min(Double(asked.contributionRows), rows)
    let shuffled = asked.permutation ? size.columns * Double(asked.repeats) : 0
    return divided * model.contribution(size, settings)
      + rows * shuffled * (8e-7 + 1.2 * model.predict(size, settings))
  }

  /// One that is made has only to be compared with the real one.
  func cost(of market: SyntheticMarket, isMade: Bool) -> Cost {
    let fold = workbench.folds[market.fold]
    let known = Double(fold.train.count) * assets
    let columns = columns(market.features)
    let size = WorkSize(
      train: known, validation: 0, test: 0, columns: columns, assets: assets)
    let settings = Settings(market.hyperparameters)
    let days = Double(SyntheticMarket.days(of: fold, reach: workbench.experiment.label.reach))
    let paths = Double(workbench.experiment.synthetic.paths + 2)
    let makesRows = market.generator == "add"
    let values =
      makesRows
      ? known * columns * settings("steps", 20)
      : days * assets * paths * Double(workbench.dataset.panel.fields.count)
    var cost = Cost(
      megabytes: Self.bareMegabytes + panelValues * (60 + 4 * columns) / 1_048_576
        + values * 8 / 1_048_576,
      bytes: values * Self.observationBytes + 1e3)
    if isMade {
      (cost.seconds, cost.bytes) = (0, 0)
    } else if let measured = measured.market(market.recipe, rows: known) {
      (cost.seconds, cost.isMeasured) = (measured.seconds, true)
      cost.megabytes = measured.megabytes.map(Double.init) ?? cost.megabytes
    } else {
      cost.seconds = GeneratorCost.of(market.generator)?.make(size, settings)
    }
    if workbench.experiment.synthetic.compare, !makesRows {
      cost.seconds = cost.seconds.map { $0 + 1 + days * min(assets, 100) * 4e-5 }
      cost.bytes += 1e5
    }
    return cost
  }
}
