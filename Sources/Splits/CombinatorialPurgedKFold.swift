import Market

/// Every choice of `testGroups` out of `groups` contiguous groups of dates is a test set once.
///
/// With *N* groups and *k* of them tested there are C(*N*, *k*) folds; every date is tested in
/// *k*·C(*N*, *k*)/*N* of them, and that is also the number of backtest paths that can be put
/// together (`paths(dates:)`). Purge and embargo are applied to each test group by itself: what
/// lies between two test groups is trained on.
///
/// López de Prado (2018), *Advances in Financial Machine Learning*, chapter 12.
public struct CombinatorialPurgedKFold: Splitter {
  /// More folds than this are refused: nobody means to train so many models.
  public static let maximumFolds = 20_000

  public let groups: Int
  public let testGroups: Int
  /// C(groups, testGroups).
  public let foldCount: Int
  private let purge: Purge
  private let cut: ValidationCut

  /// There is deliberately no default for `embargo`: 0 must be a decision.
  ///
  /// - Throws: `SpecError.invalid` for a parameter out of range, or more than `maximumFolds` folds.
  public init(
    groups: Int, testGroups: Int, label: LabelSpec, embargo: Int, validationFraction: Double
  ) throws(SpecError) {
    try self.init(
      groups: groups, testGroups: testGroups, purge: Purge(label, embargo: embargo),
      validationFraction: validationFraction)
  }

  init(
    groups: Int, testGroups: Int, purge: Purge, validationFraction: Double
  ) throws(SpecError) {
    guard groups >= 2 else {
      throw .invalid(key: "split.groups", value: "\(groups)", accepted: "2 or more")
    }
    guard (1..<groups).contains(testGroups) else {
      throw .invalid(
        key: "split.testGroups", value: "\(testGroups)",
        accepted: "1 to \(groups - 1), fewer than the \(groups) groups")
    }
    guard let count = Self.combinations(testGroups, outOf: groups) else {
      throw .invalid(
        key: "split.testGroups", value: "\(testGroups) of \(groups) groups",
        accepted: "a choice that makes at most \(Self.maximumFolds) folds")
    }
    (self.groups, self.testGroups, self.foldCount, self.purge) = (groups, testGroups, count, purge)
    cut = try ValidationCut(fraction: validationFraction, place: .cheapest)
  }

  /// How many backtest paths the folds make up: C(groups − 1, testGroups − 1).
  public var pathCount: Int { foldCount * testGroups / groups }

  public func split(dates: Int) throws(SpecError) -> [Fold] {
    let blocks = try blocks(of: dates)
    var result: [Fold] = []
    result.reserveCapacity(foldCount)
    for (index, chosen) in choices().enumerated() {
      let tests = chosen.map { blocks[$0] }
      let (train, validation) = cut.divide(purge.dates(of: dates, outside: tests), purge)
      guard !train.isEmpty else {
        throw .emptyTraining(
          fold: index, dates: dates, reach: purge.reach, embargo: purge.embargo)
      }
      result.append(
        Fold(index: index, train: train, validation: validation, test: tests.flatMap { $0 }))
    }
    return result
  }

  /// The backtest paths: each covers every date once, and each (fold, group) is in exactly one.
  ///
  /// Path *p* takes each group from the *p*-th fold that tests it.
  /// - Throws: `SpecError.tooFewDates` where a group would be empty.
  public func paths(dates: Int) throws(SpecError) -> [BacktestPath] {
    let blocks = try blocks(of: dates)
    var folds = [[Int]](repeating: [], count: groups)
    for (fold, chosen) in choices().enumerated() {
      for group in chosen { folds[group].append(fold) }
    }
    return (0..<pathCount).map { path in
      BacktestPath(
        index: path,
        segments: blocks.enumerated().map { group, dates in
          BacktestPath.Segment(fold: folds[group][path], group: group, dates: dates)
        })
    }
  }

  private func blocks(of dates: Int) throws(SpecError) -> [Range<Int>] {
    try evenBlocks(groups, of: dates, for: "combinatorial cross-validation in \(groups) groups")
  }

  /// Every choice of test groups, in lexicographic order.
  func choices() -> [[Int]] {
    var result: [[Int]] = []
    var chosen = Array(0..<testGroups)
    while true {
      result.append(chosen)
      guard let last = chosen.indices.last(where: { chosen[$0] < groups - testGroups + $0 })
      else { return result }
      chosen[last] += 1
      for later in chosen.indices where later > last { chosen[later] = chosen[later - 1] + 1 }
    }
  }

  /// C(`n`, `k`), or `nil` above `maximumFolds`.
  private static func combinations(_ k: Int, outOf n: Int) -> Int? {
    var result = 1
    for step in 1...min(k, n - k) {
      let (product, overflow) = result.multipliedReportingOverflow(by: n - step + 1)
      guard !overflow else { return nil }
      // Exact: a product of `step` successive numbers is divisible by `step` factorial. Growing
      // until half of n is reached, it has passed the limit for good once it has passed it.
      result = product / step
      guard result <= maximumFolds else { return nil }
    }
    return result
  }
}
