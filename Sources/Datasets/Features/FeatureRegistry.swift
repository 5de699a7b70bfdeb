import Market

/// Every feature set, in the order reports list them: one file and one line each.
public let featureRegistry = Registry(
  "feature set",
  [
    FeatureSetEntry(Alpha158.self),
    FeatureSetEntry(Alpha20.self),
    FeatureSetEntry(RawWindows.self),
    FeatureSetEntry(TrailingReturns.self),
  ])
