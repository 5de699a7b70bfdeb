import Foundation
import Market

/// What is left to do of a run, and roughly what it takes.
public struct RunEstimate: Codable, Sendable, Equatable {
  /// One training source and model, or one generator.
  public struct Line: Codable, Sendable, Equatable {
    /// A training source, or `generator`.
    public let source: String
    public let name: String
    /// Cells or markets that the plan has, and how many are there (here, or in the cache).
    public let cells: Int
    public let there: Int
    /// Of what is left; `nil` where neither a record nor the model knows it.
    public let processorSeconds: Double?
    /// How many of those that are left are estimated from records.
    public let measured: Int
    /// Most memory of a worker that carries one of them out.
    public let megabytes: Int?
  }

  public let lines: [Line]
  /// What workers are handed: markets, and groups of cells that share a model.
  public let jobs: Int
  public let workers: Int
  /// Of all workers and of scoring.
  public let processorSeconds: Double
  public let wallSeconds: Double
  /// Share of the workers' processor seconds that rests on records instead of the cost model.
  public let measuredShare: Double
  public let workerMegabytes: Int
  /// Of all workers and the parent.
  public let megabytes: Int
  /// What is yet to be written.
  public let diskMegabytes: Double
}

extension RunEstimate {
  /// What is missing from `directory` and `cache`, whose records serve as measurements.
  ///
  /// - Throws: `UserFacingError` where the features cannot be computed or the directory is another run's.
  public init(
    _ plan: Plan, of workbench: Workbench, in directory: RunDirectory, cache: RunCache? = nil,
    workers: Int
  ) throws {
    let experiment = workbench.experiment
    try directory.requirePlace(for: experiment)
    let costs = try CellCosts(workbench, plan: plan, directory: directory, cache: cache)
    let done = try Set(
      plan.cells.filter {
        try directory.isDone($0, under: experiment)
          || cache?.isDone($0, under: experiment) ?? false
      }.map(\.key))
    let made = Set(
      plan.markets.map(\.key).filter {
        directory.hasSyntheticMarket($0) || cache?.hasSyntheticMarket($0) ?? false
      })
    let uncompared = plan.uncompared(of: made, under: experiment) { market in
      cache?.hasComparison(of: market) != true
        && (directory.hasSyntheticMarket(market.key)
          ? directory.lacksComparison(market) : cache?.lacksComparison(market) ?? false)
    }
    let work = plan.jobs(
      missing: plan.cells.filter { !done.contains($0.key) }, made: made, uncompared: uncompared)

    var spent: [String: CellCosts.Cost] = [:]
    var (items, processor, measured, disk) = ([Schedule.Item](), 0.0, 0.0, 0.0)
    for job in work {
      var seconds = 0.0
      func add(_ key: String, _ cost: CellCosts.Cost) {
        spent[key] = cost
        seconds += cost.seconds ?? 0
        measured += cost.isMeasured ? cost.seconds ?? 0 : 0
        disk += cost.bytes
      }
      switch job.work {
      case .generate(let market):
        add(market.key, costs.cost(of: market, isMade: made.contains(market.key)))
      case .train(let cells):
        for (place, cell) in cells.enumerated() {
          add(cell.key, try costs.cost(of: cell, isFit: place == 0))
        }
      }
      processor += seconds
      var item = Schedule.Item(seconds: seconds, needs: job.needs.subtracting(made))
      if case .generate(let market) = job.work { item.makes = market.key }
      items.append(item)
    }

    func line(_ source: String, _ name: String, _ keys: [String], _ there: Set<String>) -> Line {
      let left = keys.filter { !there.contains($0) }.map { spent[$0] }
      let known = left.compactMap { $0?.seconds }
      return Line(
        source: source, name: name, cells: keys.count, there: keys.count { there.contains($0) },
        processorSeconds: known.count == left.count ? known.reduce(0, +) : nil,
        measured: left.count { $0?.isMeasured ?? false },
        megabytes: left.compactMap { $0?.megabytes }.max().map { Int($0) })
    }
    // What an earlier row has as well is trained once.
    var listed = done
    lines =
      plan.rows.map { row in
        let keys = plan.cells(of: row).map(\.key)
        defer { listed.formUnion(keys) }
        return line(row.source, row.name, keys, listed)
      }
      + plan.markets.map(\.name).uniqued().map { name in
        let keys = plan.markets.filter { $0.name == name }.map(\.key)
        // A market that nothing needs any more is not made.
        let needed = Set(work.compactMap(\.market?.key))
        return line("generator", name, keys, Set(keys).subtracting(needed))
      }
    jobs = work.count
    self.workers = min(max(1, workers), max(1, work.count))
    let (start, scoring) = (costs.startSeconds, costs.scoringSeconds)
    processorSeconds =
      processor + scoring + start * Double(1 + (work.isEmpty ? 0 : self.workers))
    wallSeconds =
      Schedule.seconds(items, workers: self.workers) + scoring
      + start * (work.isEmpty ? 1 : 2)
    measuredShare = processor > 0 ? measured / processor : 0
    workerMegabytes = lines.compactMap(\.megabytes).max() ?? 0
    megabytes = Int(costs.parentMegabytes) + (work.isEmpty ? 0 : self.workers * workerMegabytes)
    diskMegabytes = (disk * (cache == nil ? 1 : 2) + costs.reportBytes) / Double(1 << 20)
  }
}

extension RunEstimate {
  /// The plan for other programs.
  public func json() throws -> String {
    String(decoding: try StrictJSON.encode(self, pretty: true), as: UTF8.self)
  }
}

extension Job {
  /// The market it makes.
  fileprivate var market: SyntheticMarket? {
    if case .generate(let market) = work { market } else { nil }
  }
}
