import Market

/// Every generator, in the order reports list them: one file and one line each.
public let generatorRegistry = Registry(
  "generator",
  [
    GeneratorEntry(ConditionalWGAN.self),
    GeneratorEntry(QuantGAN.self),
    GeneratorEntry(Shuffle.self, isYardstick: true),
    GeneratorEntry(BlockBootstrap.self, isYardstick: true),
    GeneratorEntry(Historical.self, isYardstick: true),
    GeneratorEntry(GARCH.self, isYardstick: true),
  ])
