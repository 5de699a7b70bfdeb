/// The forward return a model is asked to predict.
///
/// At date *t* it is `close[t + entryLag + horizon] / close[t + entryLag] − 1`: decided on the
/// close of *t*, entered `entryLag` dates later, held for `horizon` dates. The default is Qlib's
/// `Ref($close, -2) / Ref($close, -1) - 1`.
public struct LabelSpec: Sendable, Codable, Equatable {
  /// What is done to the labels of one date before a model sees them.
  ///
  /// Each date is treated by itself, so nothing travels between dates.
  public enum Transform: String, SpecChoice {
    /// Returns as they are.
    case none
    /// Less the date's mean, divided by its standard deviation.
    case zscore
    /// Ranks of the date spread evenly over (−√3, √3), so that the deviation is about 1.
    case rank
  }

  /// Dates between the decision and the entry.
  public let entryLag: Int
  /// Dates the position is held.
  public let horizon: Int
  public let transform: Transform

  /// How many dates past *t* the label looks.
  ///
  /// Purging is derived from this and is not a knob, so nobody can forget to turn it.
  public var reach: Int { entryLag + horizon }

  /// Entered the next day, held for one: Qlib's label, standardised by date.
  public static let standard = LabelSpec()

  private init() { (entryLag, horizon, transform) = (1, 1, .zscore) }

  /// - Throws: `SpecError.invalid` unless `entryLag >= 0` and `horizon >= 1`.
  public init(
    entryLag: Int, horizon: Int, transform: Transform = .zscore
  ) throws(SpecError) {
    guard (0...1000).contains(entryLag) else {
      throw .invalid(key: "label.entryLag", value: "\(entryLag)", accepted: "0 to 1000 dates")
    }
    guard (1...1000).contains(horizon) else {
      throw .invalid(key: "label.horizon", value: "\(horizon)", accepted: "1 to 1000 dates")
    }
    (self.entryLag, self.horizon, self.transform) = (entryLag, horizon, transform)
  }

  enum CodingKeys: CodingKey { case entryLag, horizon, transform }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      entryLag: values.decodeIfPresent(Int.self, forKey: .entryLag) ?? 1,
      horizon: values.decodeIfPresent(Int.self, forKey: .horizon) ?? 1,
      transform: values.decodeIfPresent(Transform.self, forKey: .transform) ?? .zscore)
  }
}
