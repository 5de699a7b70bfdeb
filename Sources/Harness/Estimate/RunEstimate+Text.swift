import Foundation

extension RunEstimate {
  /// The plan for people: what there is, what is left, and what it takes.
  public func summary() -> String {
    var table = TextTable([
      ("source", .left), ("model", .left), ("cells", .right), ("there", .right),
      ("processor", .right), ("from", .left), ("MiB", .right),
    ])
    for line in lines {
      let left = line.cells - line.there
      table.rows.append([
        line.source, line.name, "\(line.cells)", "\(line.there)",
        left == 0 ? "–" : line.processorSeconds.map(Self.duration) ?? "unknown",
        left == 0 || line.processorSeconds == nil
          ? "" : line.measured == left ? "records" : line.measured == 0 ? "model" : "both",
        line.megabytes.map { "\($0)" } ?? "",
      ])
    }
    let isUnknown = lines.contains { $0.cells > $0.there && $0.processorSeconds == nil }
    let share = Int((measuredShare * 100).rounded())
    return [
      table.aligned, "",
      "\(lines.filter { $0.source != "generator" }.reduce(0) { $0 + $1.cells - $1.there }) cells left in "
        + "\(jobs) jobs",
      "processor  about \(Self.duration(processorSeconds))"
        + (isUnknown ? ", and what is unknown above" : ""),
      "wall       about \(Self.duration(wallSeconds)) with \(workers) "
        + (workers == 1 ? "worker" : "workers"),
      "memory     about \(workerMegabytes) MiB a worker at most, \(megabytes) MiB in all",
      "disk       about \(Self.size(diskMegabytes))",
      share == 100
        ? "All of it from what such cells took before."
        : share == 0
          ? "From a cost model of another machine: right within a factor of two at best."
          : "\(share) % of it from what such cells took before, the rest from a cost model: right within a factor "
            + "of two at best.",
    ].joined(separator: "\n")
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<10: String(format: "%.1f s", seconds)
    case ..<90: String(format: "%.0f s", seconds)
    case ..<5400: String(format: "%.0f min", seconds / 60)
    default: String(format: "%.1f h", seconds / 3600)
    }
  }

  private static func size(_ megabytes: Double) -> String {
    megabytes < 1000
      ? String(format: "%.0f MiB", megabytes) : String(format: "%.1f GiB", megabytes / 1024)
  }
}
