import Datasets
import Foundation
import Generators
import Harness
import Market
import Metrics
import Models

extension CommandDefinition {
  static let list = CommandDefinition(
    name: "list",
    summary:
      "What can be named in a spec: datasets, feature sets, families, generators, scenarios, metrics…",
    options: [OptionDefinition("--json", nil, "print JSON")]
  ) { arguments in
    let sections = [
      Section(title: "datasets", items: datasetRegistry.entries.map { ($0.id, $0.summary) }),
      Section(title: "features", items: featureRegistry.entries.map { ($0.id, $0.summary) }),
      Section(title: "families", items: modelRegistry.entries.map { ($0.id, $0.summary) }),
      Section(
        title: "generators", items: GeneratorCatalogue.entries.map { ($0.id, $0.summary) }),
      Section(
        title: "scenarios", items: scenarioRegistry.entries.map { ($0.id, $0.title) }),
      Section(
        title: "metrics",
        items: metricRegistry.entries.map { ($0.id, $0.summary) }),
      Section(
        title: "splits",
        items: [
          ("purged_kfold", "contiguous blocks of dates, each tested once"),
          ("walk_forward", "test windows after their training dates"),
          ("combinatorial", "every choice of test groups, assembled into backtest paths"),
        ]),
      Section(
        title: "profiles",
        items: [
          ("quick", "2 folds, 1 seed, 700 dates: a look in about two minutes"),
          ("standard", "4 folds, 2 seeds, every training source"),
          ("full", "combinatorial, 6 groups by 2, 5 seeds, every training source"),
        ]),
    ]
    if arguments.has("--json") {
      let object = Dictionary(
        uniqueKeysWithValues: sections.map { section in
          (section.title, section.items.map { ["id": $0.0, "summary": $0.1] })
        })
      print(String(decoding: try StrictJSON.encode(object, pretty: true), as: UTF8.self))
    } else {
      print(sections.map(\.text).joined(separator: "\n\n"))
    }
    return 0
  }
}

/// A heading and what stands under it.
private struct Section {
  let title: String
  let items: [(String, String)]

  var text: String {
    let width = (items.map(\.0.count).max() ?? 0) + 2
    return ([title] + items.map { "  " + $0.0.padding(to: width) + $0.1 }).joined(separator: "\n")
  }
}
