import Market

/// Where in the plane of C and ε a machine is fitted.
struct SupportVectorPoint: Equatable {
  let cost: Double
  let epsilon: Double
}

/// The values of C and ε to choose from, smallest C first.
///
/// Without values of the user's, C is *c*/*n* for *n* rows: the weight of all errors together against
/// the size of the weights is then the same whatever the number of rows, as a fixed strength a row
/// is in `linear`. Under the absolute loss it is times the labels' deviation *s*, so that labels in
/// other units give the same function in those units. ε is a share of *s*.
struct SupportVectorGrid {
  static let weights = [0.03, 0.3, 3, 30, 300]
  static let shares = [0.1, 0.5, 1]

  let costs: [Double]
  let epsilons: [Double]

  init(_ given: SupportVector.Hyperparameters, _ train: LabelledSamples, isAbsolute: Bool) {
    let deviation = train.labelMoments.deviation
    // Constant labels leave nothing to scale by, and any scale will do.
    let scale = deviation > 0 ? deviation : 1
    let rows = Double(max(1, train.count))
    costs =
      given.costs.isEmpty
      ? Self.weights.map { $0 / rows * (isAbsolute ? scale : 1) } : given.costs.sorted()
    epsilons =
      given.epsilons.isEmpty ? Self.shares.map { $0 * scale } : given.epsilons.sorted()
  }

  var count: Int { costs.count * epsilons.count }

  var middle: SupportVectorPoint {
    SupportVectorPoint(cost: costs[costs.count / 2], epsilon: epsilons[epsilons.count / 2])
  }
}
