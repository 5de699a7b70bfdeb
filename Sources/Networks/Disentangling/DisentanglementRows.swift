import Market
import Torch

/// Training rows as tensors.
struct DisentanglementRows {
  let samples: Samples
  let scale: LabelScale
  let trend: MarketTrend?
  let read: WindowReader
  private let labels: [Float]
  private let trends: [Int?]
  /// What ridge regression foretells of the labels; `nil` where nobody asks.
  private let linear: [Float]?
  private let device: Device

  init(
    _ train: LabelledSamples, label: LabelSpec, _ shape: DisentanglingNetwork.Shape,
    readsLinear: Bool, device: Device
  ) throws {
    samples = train.samples
    scale = LabelScale(train.labels)
    labels = train.labels.map(scale.scaled)
    let returns = train.marketReturns(label)
    let trend = MarketTrend(ofDays: samples.dateRanges.map { returns[$0.lowerBound] })
    trends = returns.map { trend?.trend(of: $0) }
    read = try WindowReader(
      of: samples, steps: shape.steps, columns: shape.columns, device: device)
    linear = readsLinear ? try ForecastLeak.linearForecasts(of: train) : nil
    (self.trend, self.device) = (trend, device)
  }

  func batch(_ positions: [Int]) throws -> DisentanglementBatch {
    let known = positions.indices.filter { trends[positions[$0]] != nil }
    return DisentanglementBatch(
      windows: try read(positions),
      excess: try Tensor(
        positions.map { labels[$0] }, shape: [positions.count], device: device),
      trend: known.isEmpty
        ? nil : try Tensor(indices: known.compactMap { trends[positions[$0]] }, device: device),
      trendRows: known.isEmpty ? nil : try Tensor(indices: known, device: device),
      known: try linear.map { linear in
        .init(
          linear: try Tensor(
            positions.map { linear[$0] }, shape: [positions.count], device: device),
          dateMeans: try dateMeans(positions))
      })
  }

  private func dateMeans(_ positions: [Int]) throws -> Tensor {
    var values = [Float](repeating: 0, count: positions.count * positions.count)
    for day in days(of: positions) {
      for row in day {
        for other in day { values[row * positions.count + other] = 1 / Float(day.count) }
      }
    }
    return try Tensor(values, shape: [positions.count, positions.count], device: device)
  }

  /// Runs of rows of one date.
  private func days(of positions: [Int]) -> [Range<Int>] {
    var days: [Range<Int>] = []
    var start = 0
    for index in positions.indices
    where index + 1 == positions.count
      || samples.keys[positions[index + 1]].date != samples.keys[positions[index]].date
    {
      days.append(start..<index + 1)
      start = index + 1
    }
    return days
  }

  /// The teacher's codes of a batch of whole days, and weights by the student's own errors.
  func teaching(
    _ codes: Tensor, _ positions: [Int], _ rule: DistillationWeights
  ) throws -> DisentanglementLosses.Teaching {
    let days = days(of: positions)
    let labels = positions.map { self.labels[$0] }
    let device = device
    return DisentanglementLosses.Teaching(
      codes: try codes.indexSelected(0, Tensor(indices: positions, device: device))
    ) { forecasts in
      let weights = rule.weights(try forecasts.floats(), labels, days: days)
      return try Tensor(weights, shape: [labels.count], device: device)
    }
  }
}
