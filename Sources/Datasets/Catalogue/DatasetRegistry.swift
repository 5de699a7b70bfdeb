import Market

/// Every built-in dataset, in the order in which lists show them: one file and one line each.
public let datasetRegistry = Registry(
  "dataset",
  [
    DatasetEntry(ReferenceMarket.self),
    DatasetEntry(NoiseMarket.self),
  ])
