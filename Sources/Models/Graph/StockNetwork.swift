import Market
import Networks
import Torch

/// What makes of the nodes of a date one forecast each, by letting them look at one another.
protocol NodeForecaster: Parameterized {
  /// The largest tensor of a date, in values: decides how many dates go through at once.
  var valuesPerDate: Int { get }

  /// [dates, assets, width] → [dates, assets].
  ///
  /// Where `observed` [dates, assets] is 0, nobody else's forecast may depend on the node.
  func callAsFunction(_ nodes: Tensor, observed: Tensor, _ pass: Pass) throws -> Tensor
}

/// Forecasts for the stocks of a date from all of the date's stocks.
///
/// A row's forecast depends on its date's whole cross-section and not on which rows are asked for.
struct StockNetwork<Forecaster: NodeForecaster>: ForecastingNetwork {
  let encoder: NodeEncoder
  let forecaster: Forecaster
  let columns: Int
  let steps: Int
  let dropout: Dropout
  let device: Device

  var parameters: [NamedTensor] {
    encoder.parameters.prefixed("encoder") + forecaster.parameters.prefixed("forecaster")
  }

  /// - Throws: `TrainingError.columns` unless the samples have the columns of training.
  func reader(of samples: Samples) throws -> (_ positions: [Int]) throws -> [CrossSections] {
    guard samples.columns.count == columns else {
      throw TrainingError.columns(expected: columns, got: samples.columns.count)
    }
    let reader = try CrossSectionReader(of: samples, steps: steps, device: device)
    // A few rows of each of many dates are as many cross-sections, so there is a limit on what goes
    // through at once; 4 MB a tensor is as quick as more, and half the memory of a step.
    let dates = max(1, 1_000_000 / max(1, forecaster.valuesPerDate))
    return { try reader.parts($0, dates: dates) }
  }

  func forecast(_ batch: [CrossSections], _ pass: Pass) throws -> Tensor {
    try Tensor.concatenated(
      batch.map { part in
        let nodes = try dropout(encoder(relative(part), pass), pass)
        let forecasts = try forecaster(nodes, observed: part.observed, pass)
        return try forecasts.reshaped(-1).indexSelected(0, part.rows)
      })
  }

  /// Features less their mean over the assets observed on the date.
  ///
  /// What all assets share says nothing about which of them does better.
  private func relative(_ part: CrossSections) throws -> Tensor {
    let (dates, assets) = (part.observed.shape[0], part.observed.shape[1])
    let share =
      try part.observed
      / part.observed.sum(1, keepDims: true).clamped(min: 1)
    let mean = try share.reshaped(dates, 1, 1, assets).matmul(part.features)
    return try part.features - mean
  }
}
