import Market

/// Every metric, in the order of a report's columns: one file and one line each.
public let metricRegistry = Registry<Metric>(
  "metric",
  [
    .rankIC,
    .rankICIR,
    .ic,
    .icir,
    .meanAbsoluteError,
    .rootMeanSquaredError,
    .outOfSampleR2,
    .hitRate,
    .longShortReturn,
    .longShortVolatility,
    .longShortSharpe,
    .longShortMaximumDrawdown,
    .longShortTurnover,
    .longShortReturnNet,
    .longShortSharpeNet,
    .longShortMaximumDrawdownNet,
    .breakEvenCost,
  ])
