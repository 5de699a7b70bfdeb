import Foundation
import Market

/// Every command, in the order of the general help.
let commands: [CommandDefinition] = [
  .run, .report, .baseline, .gate, .generate, .fidelity, .importData, .describe, .export, .list,
  .doctor, .worker,
]

exit(Dispatcher(commands).run(CommandLine.arguments.dropFirst()))
