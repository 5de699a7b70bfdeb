import Foundation
import Testing

/// Work that several rows ask for, through the real binary.
@Suite(.serialized) struct SharedWorkTests {
  @Test func twoNamesOfOneGeneratorAreTheSameWithAnyNumberOfWorkers() throws {
    let scratch = try Scratch()
    try scratch.write(
      """
      {
        datasetParameters: { assets: 8, dates: 200 },
        split: { folds: 2, embargo: 10 },
        families: ["linear", { id: "dnn", hyperparameters: { epochs: 1, hidden: [4] } }],
        sources: ["real", "synthetic", "reverse"],
        generators: ["shuffle", { id: "shuffle", name: "again" }],
        seeds: 1,
        synthetic: { compare: false },
        intervals: { resamples: 100 },
        explain: { rows: 0 },
      }
      """, to: "spec.json5")
    let plan = try Binary.run("run", "spec.json5", "--dry-run", "--out", "run1", in: scratch.url)
    // Two models on three sources, and the oracle; the second name adds nothing.
    #expect(plan.status == 0 && plan.output.contains("14 cells left"), "\(plan.output)")
    for jobs in ["1", "3"] {
      let result = try Binary.run(
        "run", "spec.json5", "--jobs", jobs, "--out", "run\(jobs)", in: scratch.url)
      #expect(result.status == 0, "\(result.errors)")
    }
    for name in ["leaderboard.json", "comparisons.json", "report.json"] {
      #expect(try scratch.data("run1/\(name)") == scratch.data("run3/\(name)"), "\(name)")
    }
  }
}
