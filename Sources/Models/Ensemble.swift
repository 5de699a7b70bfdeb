import Market
import Networks

/// The mean of networks that were fitted alike from different seeds.
struct Ensemble<Network: RelevanceNetwork>: StepExplainablePredictor {
  let members: [TrainedNetwork<Network>]
  /// `members`; the members' own notes, as means over those that have one; and, with validation
  /// rows, `member_spread`: the root mean square distance of a member's forecast from the mean of
  /// all there, in units of the labels.
  let notes: [String: Double]

  var method: ExplanationMethod { .lrp }

  /// - Precondition: there is a member.
  init(_ members: [TrainedNetwork<Network>], validating: Samples?) throws {
    precondition(!members.isEmpty)
    self.members = members
    var notes: [String: Double] = [:]
    for key in Set(members.flatMap(\.notes.keys)) {
      let values = members.compactMap { $0.notes[key] }
      notes[key] = values.reduce(0, +) / Double(values.count)
    }
    notes["members"] = Double(members.count)
    if let validating, validating.count > 0 {
      notes["member_spread"] = Self.spread(try members.map { try $0.predict(validating) })
    }
    self.notes = notes
  }

  func predict(_ samples: Samples) throws -> [Float] {
    Self.mean(try members.map { try $0.predict(samples) })
  }

  /// Means of the members' contributions.
  func contributions(_ samples: Samples) throws -> FeatureContributions {
    let each = try members.map { try $0.contributions(samples) }
    return FeatureContributions(
      columns: samples.columns, values: Self.mean(each.map(\.values)),
      baseValue: Self.mean(each.map { [$0.baseValue] })[0])
  }

  /// Means of the members' contributions.
  func contributionsByStep(_ samples: Samples) throws -> StepContributions {
    let each = try members.map { try $0.contributionsByStep(samples) }
    return StepContributions(
      steps: each[0].steps, columns: samples.columns, values: Self.mean(each.map(\.values)),
      baseValue: Self.mean(each.map { [$0.baseValue] })[0])
  }

  private static func mean(_ values: [[Float]]) -> [Float] {
    values[0].indices.map { index in
      Float(values.reduce(0.0) { $0 + Double($1[index]) } / Double(values.count))
    }
  }

  private static func spread(_ forecasts: [[Float]]) -> Double {
    var squares = 0.0
    for row in forecasts[0].indices {
      let mean = forecasts.reduce(0.0) { $0 + Double($1[row]) } / Double(forecasts.count)
      for forecast in forecasts {
        squares += (Double(forecast[row]) - mean) * (Double(forecast[row]) - mean)
      }
    }
    return (squares / Double(forecasts.count * forecasts[0].count)).squareRoot()
  }
}
