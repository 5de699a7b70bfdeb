import Foundation
import Market

/// Every command, in the order of the general help.
let commands: [CommandDefinition] = [
  .run, .report, .baseline, .gate, .generate, .fidelity, .importData, .describe, .export, .list,
  .doctor, .worker,
]

// A file beyond what the system lets this process write is an error to report, and no reason to die.
signal(SIGXFSZ, SIG_IGN)
exit(Dispatcher(commands).run(CommandLine.arguments.dropFirst()))
