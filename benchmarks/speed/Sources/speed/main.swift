import Foundation

/// What can be timed: a name on the command line, and what it does with the arguments after it.
let benchmarks: [(name: String, usage: String, run: ([String]) throws -> Void)] = [
  ("daily-ic", DailyIC.usage, DailyIC.run),
  ("alpha20", Features.usage, { try Features.run("alpha20", $0) }),
  ("alpha158", Features.usage, { try Features.run("alpha158", $0) }),
  ("import", Import.usage, Import.run),
  ("fit", FamilyFit.usage, FamilyFit.run),
  ("training-step", TrainingStep.usage, TrainingStep.run),
  ("critic-step", CriticStep.usage, CriticStep.run),
]

do {
  let arguments = CommandLine.arguments.dropFirst()
  guard let name = arguments.first, let chosen = benchmarks.first(where: { $0.name == name }) else {
    throw UsageError(benchmarks.map { "speed \($0.name) \($0.usage)" }.joined(separator: "\n"))
  }
  try chosen.run(Array(arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
