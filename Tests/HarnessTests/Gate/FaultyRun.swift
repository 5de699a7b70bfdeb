import Market
import Metrics
import Models
import Synchronization

@testable import Harness

/// Carries cells out with a fault planted in their training or prediction.
struct FaultyExecutor: JobExecutor {
  enum Fault: String, CaseIterable {
    case none, noisyPredictions, labelsOneDayLate, droppedFeatures
  }

  let fault: Fault
  let workbench: Workbench
  let directory: RunDirectory

  func run(_ jobs: [Job], progress: any RunProgress) throws -> Bool {
    let rows = try FoldRows(workbench, features: features(), directory: nil)
    // No family here needs a window, so the cells of a fold share their rows.
    var byFold: [Int: FoldRows.Rows] = [:]
    for case .train(let cells) in jobs.map(\.work) {
      for cell in cells {
        var record = CellRecord(of: cell)
        let learnt = try byFold[cell.fold] ?? rows.learnt(by: cell)
        byFold[cell.fold] = learnt
        let predictor: any Predictor =
          cell.family == Oracle.id
          ? try Oracle(workbench, train: learnt.train)
          : try modelRegistry.require(cell.family).fit(
            faulty(learnt.train), learnt.validation, StrictJSON.encode(cell.hyperparameters),
            FitContext(
              seeds: SeedTree(root: workbench.experiment.seed).subtree(
                "cell", "real", cell.family, "fold \(cell.fold)", "seed \(cell.modelSeed)"),
              label: workbench.experiment.label, device: workbench.experiment.torchDevice))
        let test = try rows.tested(cell, scaledAs: learnt)
        var values = try predictor.predict(test.samples)
        if fault == .noisyPredictions, cell.family != Oracle.id {
          var stream = SeedStream(seed: UInt64(cell.fold))
          let deviation = Moments(of: values.map(Double.init)).deviation ?? 0
          for row in values.indices { values[row] += Float(3 * deviation * stream.normal()) }
        }
        record.testRows = values.count
        try directory.store(
          record,
          ScoredRows(
            keys: test.keys, predictions: values, targets: test.targets, returns: test.returns),
          of: cell, on: workbench)
        progress.finished(record)
      }
    }
    return true
  }

  /// Features by the market's content: the same for every run of a test.
  private static let known = Mutex<[String: FeaturePanel]>([:])

  private func computed() throws -> FeaturePanel {
    try Self.known.withLock { known in
      if let features = known[workbench.dataHash] { return features }
      let features = try workbench.experiment.features.compute(on: workbench.dataset.panel)
      known[workbench.dataHash] = features
      return features
    }
  }

  /// The feature panel; where they are dropped, without the features of prices, so that those of
  /// volume are left.
  private func features() throws -> FeaturePanel {
    let whole = try computed()
    guard fault == .droppedFeatures else { return whole }
    let isDropped = whole.columns.map { name in
      ["RESI", "RSQR", "ROC", "STD", "K"].contains { name.hasPrefix($0) }
    }
    var values: [Float] = []
    for date in 0..<whole.dates {
      for asset in 0..<whole.assets {
        for (column, dropped) in isDropped.enumerated() {
          values.append(dropped ? .nan : whole[date, asset, column])
        }
      }
    }
    return FeaturePanel(
      dates: whole.dates, assets: whole.assets, columns: whole.columns, values: values)
  }

  /// Labels of the asset's next training date in place of its own.
  private func faulty(_ train: LabelledSamples) -> LabelledSamples {
    guard fault == .labelsOneDayLate else { return train }
    let keys = train.samples.keys
    let own = Dictionary(uniqueKeysWithValues: zip(keys, train.labels))
    return LabelledSamples(
      samples: train.samples,
      labels: zip(keys, train.labels).map { key, label in
        own[SampleKey(date: Int(key.date) + 1, asset: Int(key.asset))] ?? label
      })
  }
}
