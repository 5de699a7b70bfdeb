import Market
import Torch

/// What either code tells of either label, by linear probes that training knew nothing of.
///
/// A probe is ridge regression on the standardised code with one unit of penalty for a thousand rows,
/// fitted to training rows: on the excess label, and on the three classes of the trend. The first
/// is scored by its mean daily RankIC; the second by the share of days whose trend it names, each day
/// by the mean over its rows, and by how well it orders days by how likely a trend is.
public struct CodeSeparation: Sendable, Equatable {
  public struct Scores: Sendable, Equatable {
    /// Mean daily RankIC with the excess label; `nil` where undefined.
    public var excess: Double?
    /// Share of days whose trend is named; `nil` where none is known.
    public var trend: Double?
    /// The area under the ROC curve of each trend against the others; ½ for knowing nothing.
    ///
    /// Days are the units, and the mean is over the trends that came up; `nil` where but one did.
    public var trendArea: Double?
  }

  public var excessCode: Scores
  public var marketCode: Scores
  /// The share of the commonest trend among the scored days: what knowing nothing names.
  public var commonestTrend: Double?

  /// Probes fitted to `train` and scored on `rows`, which may be the same.
  ///
  /// - Throws: `TorchError`, as for codes that are not finite.
  public init(
    of trained: TrainedDisentanglement, fittedTo train: LabelledSamples,
    on rows: LabelledSamples, label: LabelSpec, device: Device = .cpu
  ) throws {
    let scored = try ProbedRows(trained, rows, label, device)
    let fitted = try ProbedRows(trained, train, label, device)
    func scores(_ half: Int) throws -> Scores {
      let probe = try Probe(fitted.codes(half), fitted)
      return try scored.scores(of: probe, on: scored.codes(half))
    }
    excessCode = try scores(0)
    marketCode = try scores(1)
    commonestTrend = scored.commonestTrend
  }

  public init(excessCode: Scores, marketCode: Scores, commonestTrend: Double?) {
    (self.excessCode, self.marketCode) = (excessCode, marketCode)
    self.commonestTrend = commonestTrend
  }

  /// By name, for a report; what is undefined is left out.
  public var notes: [String: Double] {
    var notes: [String: Double] = [:]
    notes["excess_code_rank_ic"] = excessCode.excess
    notes["market_code_rank_ic"] = marketCode.excess
    notes["excess_code_trend"] = excessCode.trend
    notes["market_code_trend"] = marketCode.trend
    notes["excess_code_trend_area"] = excessCode.trendArea
    notes["market_code_trend_area"] = marketCode.trendArea
    notes["commonest_trend"] = commonestTrend
    return notes
  }
}

/// Rows with their codes, labels and trends.
private struct ProbedRows {
  let rows: LabelledSamples
  let trends: [Int?]
  private let both: Tensor
  private let hidden: Int

  init(
    _ trained: TrainedDisentanglement, _ rows: LabelledSamples, _ label: LabelSpec,
    _ device: Device
  ) throws {
    let shape = trained.network.shape
    let read = try WindowReader(
      of: rows.samples, steps: shape.steps, columns: shape.columns, device: device)
    both = try trained.network.codes(of: read, count: rows.count, device: device)
      .to(device: .cpu).to(.float64)
    hidden = shape.hidden
    trends = rows.marketReturns(label).map { trained.trend?.trend(of: $0) }
    self.rows = rows
  }

  func codes(_ half: Int) throws -> Tensor {
    try both.narrowed(1, from: half * hidden, length: hidden).contiguous()
  }

  /// [rows, 1 + classes]: the label, and 1 for the class of the trend.
  var targets: [Double] {
    zip(rows.labels, trends).flatMap { label, trend in
      [Double(label)] + (0..<MarketTrend.classes).map { $0 == trend ? 1.0 : 0 }
    }
  }

  private var days: [(rows: Range<Int>, trend: Int)] {
    rows.samples.dateRanges.compactMap { range in
      trends[range.lowerBound].map { (range, $0) }
    }
  }

  var commonestTrend: Double? {
    let days = days
    guard !days.isEmpty else { return nil }
    let counts = (0..<MarketTrend.classes).map { trend in days.count { $0.trend == trend } }
    return Double(counts.max() ?? 0) / Double(days.count)
  }

  func scores(of probe: Probe, on codes: Tensor) throws -> CodeSeparation.Scores {
    let width = 1 + MarketTrend.classes
    let values = try probe(codes).doubles()
    let forecasts = rows.labels.indices.map { Float(values[$0 * width]) }
    let days = days
    let means = days.map { day in
      (1..<width).map { column in
        day.rows.reduce(0.0) { $0 + values[$1 * width + column] } / Double(day.rows.count)
      }
    }
    let named = zip(days, means).count { day, means in
      means.indices.max { means[$0] < means[$1] } == day.trend
    }
    let areas = (0..<MarketTrend.classes).compactMap { trend in
      rocArea(of: means.map { $0[trend] }, days.map { $0.trend == trend })
    }
    return .init(
      excess: meanRankCorrelation(forecasts, rows.labels, rows.samples),
      trend: days.isEmpty ? nil : Double(named) / Double(days.count),
      trendArea: areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count))
  }
}

/// The chance that a value where something came up is above one where it did not, ties counting half (Mann and
/// Whitney, 1947); `nil` where it always or never did.
func rocArea(of values: [Double], _ cameUp: [Bool]) -> Double? {
  let (yes, no) = (cameUp.count { $0 }, cameUp.count { !$0 })
  guard yes > 0, no > 0 else { return nil }
  let ranks = zip(averageRanks(values), cameUp).reduce(0.0) { $1.1 ? $0 + $1.0 : $0 }
  return (ranks - Double(yes * (yes + 1)) / 2) / Double(yes * no)
}

/// Ridge regression of every target on a code.
private struct Probe {
  private let mean: Tensor
  private let deviation: Tensor
  private let weights: Tensor
  private let constants: Tensor

  /// Of the trend's classes by the rows whose trend is known, and of the label by all.
  init(_ codes: Tensor, _ fitted: ProbedRows) throws {
    let count = codes.shape[0]
    mean = try codes.mean(0, keepDims: true)
    deviation = try ((codes - mean).square().mean(0, keepDims: true) + 1e-12).sqrt()
    let x = try (codes - mean) / deviation
    let targets = try Tensor(fitted.targets, shape: [count, 1 + MarketTrend.classes])
    let known = try Tensor(
      fitted.trends.flatMap { trend in
        [1.0] + Array(repeating: trend == nil ? 0 : 1, count: MarketTrend.classes)
      }, shape: targets.shape)
    constants =
      try (targets * known).sum(0, keepDims: true)
      / known.sum(0, keepDims: true).maximum(Tensor.ones([1, 1], dtype: .float64))
    let residuals = try (targets - constants) * known
    let penalty = try Tensor.eye(x.shape[1], dtype: .float64) * (1e-3 * Double(count) + 1e-9)
    weights = try (x.transposed().matmul(x) + penalty)
      .solve(x.transposed().matmul(residuals))
  }

  func callAsFunction(_ codes: Tensor) throws -> Tensor {
    try ((codes - mean) / deviation).matmul(weights) + constants
  }
}
