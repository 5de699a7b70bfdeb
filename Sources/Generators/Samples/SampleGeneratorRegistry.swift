import Market

/// Every generator of training rows, in the order reports list them: one folder and one line each.
public let sampleGeneratorRegistry = Registry(
  "sample generator", [SampleGeneratorEntry(ADD.self)])
