import CXGBoost
import Foundation

extension Booster {
  /// Rows looked at after every round, to know when to stop.
  public struct Watch {
    public let matrix: DMatrix
    /// Rounds without a better score before training stops; `nil` never stops, only records.
    public let patience: Int?
    /// False for errors, such as the default `rmse`.
    public let higherIsBetter: Bool

    public init(_ matrix: DMatrix, patience: Int?, higherIsBetter: Bool = false) {
      (self.matrix, self.patience, self.higherIsBetter) = (matrix, patience, higherIsBetter)
    }
  }

  /// A booster with what was seen while it was trained.
  public struct Training {
    /// Holds the rounds up to the best one, if rows were watched; else all.
    public let booster: Booster
    /// The round whose score was best, counted from 0; `nil` where nothing was watched.
    public let bestRound: Int?
    /// The watched rows' score after every round that ran.
    public let scores: [Double]
  }

  /// Boosts for `rounds` rounds, or until the watched score has not improved for its patience.
  ///
  /// The score is the last `eval_metric` of the parameters. The result depends on the parameters,
  /// `seed` among them, and the rows; not on `threads` where `tree_method` is `hist`.
  /// - Throws: `TreesError.unusedParameters` for a parameter the library would ignore, `.native` for
  ///   a value it refuses, `.diverged` where no watched score is finite.
  public static func train(
    _ parameters: BoosterParameters, on matrix: DMatrix, rounds: Int, watching: Watch? = nil,
    threads: Int = 1
  ) throws(TreesError) -> Training {
    let rounds = try nativeCount(rounds, named: "rounds", from: 1)
    if let watching, watching.matrix.columns != matrix.columns {
      throw .wrongSize(
        of: "watched columns", expected: matrix.columns, got: watching.matrix.columns)
    }
    var handle: OpaquePointer?
    try check("creating a booster", cxgb_booster_create(matrix.handle, &handle))
    guard let handle else { throw .native(call: "creating a booster", message: "no handle") }
    let booster = Booster(untrained: handle, columns: matrix.columns)
    cxgb_clear_warnings()
    try booster.set(parameters.values)
    try booster.set([
      "nthread": "\(nativeCount(threads, named: "threads", from: 1))", "verbosity": "1",
      "validate_parameters": "true",
    ])
    var scores: [Double] = []
    var best: Int?
    for round in 0..<rounds {
      try check("boosting", cxgb_booster_update(handle, round, matrix.handle))
      if round == 0 { try refuseUnusedParameters() }
      guard let watching else { continue }
      let score = try booster.score(of: watching.matrix, after: round)
      scores.append(score)
      let improves =
        best.map { watching.higherIsBetter ? score > scores[$0] : score < scores[$0] } ?? true
      if score.isFinite, improves { best = Int(round) }
      if let patience = watching.patience, Int(round) - (best ?? -1) > patience { break }
    }
    guard watching != nil else { return Training(booster: booster, bestRound: nil, scores: []) }
    guard let best else { throw .diverged(rounds: scores.count) }
    return Training(
      booster: best + 1 == scores.count
        ? booster : try booster.first(rounds: best + 1, threads: threads),
      bestRound: best, scores: scores)
  }

  /// The first rounds as a booster of their own.
  ///
  /// - Throws: `TreesError.native` where it has fewer.
  public func first(rounds: Int, threads: Int = 1) throws(TreesError) -> Booster {
    let count = try nativeCount(rounds, named: "rounds", from: 1)
    var sliced: OpaquePointer?
    try check("slicing rounds", cxgb_booster_slice(handle, count, &sliced))
    guard let sliced else { throw .native(call: "slicing rounds", message: "no handle") }
    return try Booster(adopting: sliced, threads: threads)
  }

  private func score(of matrix: DMatrix, after round: Int32) throws(TreesError) -> Double {
    var line: UnsafePointer<CChar>?
    try check("evaluating", cxgb_booster_evaluate(handle, round, matrix.handle, &line))
    let text = line.map { String(cString: $0) } ?? ""
    // "[0]\twatched-rmse:0.123": the last metric is what the library itself stops on.
    guard let colon = text.lastIndex(of: ":"), let value = Double(text[text.index(after: colon)...])
    else { throw .native(call: "evaluating", message: "no score in '\(text)'") }
    return value
  }

  private static func refuseUnusedParameters() throws(TreesError) {
    // "… Parameters: { "max_dept", "lamda" } are not used."
    let warning = String(cString: cxgb_warnings())
    guard let start = warning.range(of: "Parameters: {"),
      let end = warning.range(of: "}", range: start.upperBound..<warning.endIndex)
    else { return }
    throw .unusedParameters(
      warning[start.upperBound..<end.lowerBound].split(separator: ",")
        .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \"")) }.sorted())
  }
}
