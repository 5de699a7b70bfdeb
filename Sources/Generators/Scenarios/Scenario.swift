import Foundation
import Market

/// What is to happen to a market: the targets that a made-up path has to hit.
///
/// The market is the mean over its assets of their log returns. What is not given is left as the
/// generator makes it.
public struct Scenario: Codable, Sendable, Equatable {
  /// A part of the horizon with a volatility of its own.
  public struct Phase: Codable, Sendable, Equatable {
    /// Of the horizon; shares are relative to each other.
    public var share: Double
    /// Deviation of the market's daily log returns, times √252.
    public var volatility: Double

    public init(share: Double, volatility: Double) {
      (self.share, self.volatility) = (share, volatility)
    }
  }

  public var name = "custom"
  /// One line for people.
  public var title = ""
  /// Trading days.
  public var horizon = 60
  /// The path of volatility, in order; empty leaves it alone.
  public var phases: [Phase] = []
  /// The largest fall from a peak, 0 to below 1.
  public var drawdown: Double?
  /// When the fall comes, as shares of the horizon.
  public var fall = [0.0, 0.6]
  /// The market's return over the horizon, such as -0.3.
  public var drift: Double?
  /// Mean correlation of two assets' daily returns.
  public var correlation: Double?
  /// Volume against its usual level, such as 0.5.
  public var volume: Double?

  public init() {}

  public init(
    name: String, title: String, horizon: Int, phases: [Phase], drawdown: Double? = nil,
    fall: [Double] = [0, 0.6], drift: Double? = nil, correlation: Double? = nil,
    volume: Double? = nil
  ) {
    (self.name, self.title, self.horizon, self.phases) = (name, title, horizon, phases)
    (self.drawdown, self.fall, self.drift) = (drawdown, fall, drift)
    (self.correlation, self.volume) = (correlation, volume)
  }

  /// Reads a scenario from JSON5; keys left out keep their defaults.
  ///
  /// - Throws: `SpecError` naming a stray key or a value out of range.
  public init(json: Data, named place: String) throws {
    let merged = try StrictJSON.overlaying(
      json, on: StrictJSON.encode(Scenario()), named: place)
    self = try StrictJSON.decode(
      Scenario.self, from: merged, named: place,
      optional: ["drawdown", "drift", "correlation", "volume"])
    try validate()
  }

  /// - Throws: `SpecError` naming the key and what would be accepted.
  public func validate() throws(SpecError) {
    func check(_ holds: Bool, _ key: String, _ value: Any, _ accepted: String) throws(SpecError) {
      if !holds { throw .invalid(key: "scenario.\(key)", value: "\(value)", accepted: accepted) }
    }
    guard !phases.isEmpty || [drawdown, drift, correlation, volume].contains(where: { $0 != nil })
    else {
      throw .invalid(
        key: "scenario", value: "without a target",
        accepted: "at least one of phases, drawdown, drift, correlation and volume")
    }
    try check((5...10_000).contains(horizon), "horizon", horizon, "5 to 10000 trading days")
    try check(phases.count <= 12, "phases", phases.count, "at most 12")
    for phase in phases {
      try check(
        phase.share > 0 && phase.share <= 1e6, "phases.share", phase.share, "above 0 to 1000000")
      try check(
        phase.volatility > 0 && phase.volatility <= 5, "phases.volatility", phase.volatility,
        "above 0 to 5 a year")
    }
    if !phases.isEmpty {
      try check(
        phaseDays.allSatisfy { $0.count >= 5 }, "phases", "shorter than 5 days",
        "phases of at least 5 of the \(horizon) days")
    }
    if let drawdown { try check((0..<0.99).contains(drawdown), "drawdown", drawdown, "0 to 0.99") }
    try check(
      fall.count == 2 && fall[0] >= 0 && fall[0] < fall[1] && fall[1] <= 1, "fall", fall,
      "two increasing shares of the horizon, such as [0, 0.6]")
    try check(
      drawdown == nil || drift == nil || fall[1] - fall[0] <= 0.95, "fall", fall,
      "at most 95 % of the horizon where both a drawdown and a return are asked for")
    if let drift {
      try check(drift > -0.99 && drift <= 10, "drift", drift, "above -0.99 to 10")
      if let drawdown {
        try check(
          drift >= -drawdown - 1e-9, "drift", drift, "at least -\(drawdown), the drawdown's")
      }
    }
    if let correlation {
      try check((0..<1).contains(correlation), "correlation", correlation, "0 to below 1")
    }
    if let volume { try check(volume > 0 && volume <= 100, "volume", volume, "above 0 to 100") }
  }

  /// The days of each phase; one that covers everything where none is given.
  public var phaseDays: [Range<Int>] {
    guard !phases.isEmpty else { return [0..<horizon] }
    let total = phases.reduce(0) { $0 + $1.share }
    var (days, passed) = ([Range<Int>](), 0.0)
    for phase in phases {
      let start = Int((passed / total * Double(horizon)).rounded())
      passed += phase.share
      days.append(start..<Swift.max(start, Int((passed / total * Double(horizon)).rounded())))
    }
    return days
  }

  /// The days on which the fall comes; at least one.
  var fallDays: Range<Int> {
    let start = Int(fall[0] * Double(horizon))
    return start..<Swift.max(start + 1, Int((fall[1] * Double(horizon)).rounded()))
  }
}
