import Foundation
import Harness
import Market

/// Finds the command, runs it, and turns what it throws into a message and an exit status.
///
/// 0 fine, 1 usage or input error, 2 regression, 3 missing, failed or incomparable cells, 4 internal,
/// 130 interrupted.
struct Dispatcher {
  let commands: [CommandDefinition]

  init(_ commands: [CommandDefinition]) { self.commands = commands }

  func run(_ words: ArraySlice<String>) -> Int32 {
    do {
      guard let name = words.first, !["--help", "-h", "help"].contains(name) else {
        if let topic = words.dropFirst().first, let command = find(topic) {
          print(command.help)
        } else {
          print(generalHelp)
        }
        return 0
      }
      if name == "--version" {
        print("qbench \(Version.current)")
        return 0
      }
      guard let command = find(name) else {
        throw UsageError.unknownCommand(
          name, known: commands.filter { !$0.isInternal }.map(\.name))
      }
      let rest = words.dropFirst()
      if rest.contains("--help") || rest.contains("-h") {
        print(command.help)
        return 0
      }
      return try command.run(Arguments(rest, for: command))
    } catch let error as any UserFacingError {
      Terminal.complain(error.description)
      return 1
    } catch {
      Terminal.complain("internal error: \(error)")
      return 4
    }
  }

  private func find(_ name: String) -> CommandDefinition? { commands.first { $0.name == name } }

  private var generalHelp: String {
    let shown = commands.filter { !$0.isInternal }
    let width = (shown.map(\.name.count).max() ?? 0) + 2
    return """
      qbench \(Version.current): which return forecasts can be trusted, and by how much

      usage: qbench COMMAND [options]

      \(shown.map { "  " + $0.name.padding(to: width) + $0.summary }.joined(separator: "\n"))

      'qbench COMMAND --help' says more. Start with 'qbench run'.
      """
  }
}
