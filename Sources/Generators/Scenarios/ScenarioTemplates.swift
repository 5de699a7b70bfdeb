import Market

extension Scenario: Identifiable {
  public var id: String { name }
}

/// Scenarios after what happened, at severity 1; the figures are those of broad stock indices, rounded.
public let scenarioRegistry = Registry(
  "scenario",
  [
    Scenario(
      name: "calm", title: "a quiet half year, as in 2017", horizon: 125,
      phases: [.init(share: 1, volatility: 0.08)], drift: 0.06),
    Scenario(
      name: "gfc", title: "September 2008 to March 2009", horizon: 130,
      phases: [
        .init(share: 0.15, volatility: 0.35), .init(share: 0.45, volatility: 0.65),
        .init(share: 0.4, volatility: 0.40),
      ],
      drawdown: 0.46, fall: [0, 0.9], drift: -0.42, correlation: 0.60, volume: 1.5),
    Scenario(
      name: "covid", title: "February to May 2020: a fall in a month, and half of it back",
      horizon: 60,
      phases: [.init(share: 0.45, volatility: 0.85), .init(share: 0.55, volatility: 0.40)],
      drawdown: 0.34, fall: [0, 0.4], drift: -0.15, correlation: 0.70, volume: 1.6),
    Scenario(
      name: "dotcom", title: "2000 to 2002: a long decline", horizon: 500,
      phases: [.init(share: 0.5, volatility: 0.21), .init(share: 0.5, volatility: 0.26)],
      drawdown: 0.45, fall: [0, 0.9], drift: -0.40),
    Scenario(
      name: "rate_shock", title: "2022: stocks fall as rates rise", horizon: 195,
      phases: [.init(share: 1, volatility: 0.24)], drawdown: 0.25, fall: [0, 0.9], drift: -0.22,
      correlation: 0.45),
    Scenario(
      name: "vol_spike", title: "February 2018: a fall of a tenth in two weeks", horizon: 30,
      phases: [
        .init(share: 0.2, volatility: 0.12), .init(share: 0.4, volatility: 0.36),
        .init(share: 0.4, volatility: 0.20),
      ],
      drawdown: 0.10, fall: [0.15, 0.6], drift: -0.06, correlation: 0.50, volume: 1.4),
    Scenario(
      name: "liquidity_drought", title: "trading dries up while prices slide", horizon: 60,
      phases: [.init(share: 1, volatility: 0.22)], drawdown: 0.12, fall: [0, 0.9], drift: -0.09,
      volume: 0.4),
    Scenario(
      name: "correlation_breakdown", title: "assets stop moving together", horizon: 60,
      phases: [.init(share: 1, volatility: 0.15)], correlation: 0.05),
  ])
