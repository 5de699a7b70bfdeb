import CLinear

/// A linear function fitted by support vector regression: weights and an intercept, nothing native.
///
/// Minimises ½‖w‖² + C Σ loss(|y − w·x − b| − ε), where the loss is the positive part or its square
/// (Ho and Lin, 2012). The intercept is the weight of a constant column and so regularised too: less
/// so the larger that column's value.
public struct LinearSupportVectorRegression: Sendable, Codable, Equatable {
  public enum Solver: String, Sendable, Codable, CaseIterable {
    /// Squared loss, by a trust-region Newton method; draws nothing at random.
    case squaredLossPrimal
    /// Squared loss, by dual coordinate descent in random order.
    case squaredLossDual
    /// Absolute loss, by dual coordinate descent in random order.
    case absoluteLossDual
  }

  public struct Settings: Sendable, Codable, Equatable {
    public var solver: Solver
    /// C: the weight of errors against the size of the weights.
    public var cost: Double
    /// Half the width of the tube in which errors are free, in units of the labels.
    public var epsilon: Double
    public var tolerance: Double
    /// The constant column's value; `nil` fits no intercept.
    public var bias: Double?

    public init(
      solver: Solver = .squaredLossPrimal, cost: Double = 1, epsilon: Double = 0.1,
      tolerance: Double = 1e-3, bias: Double? = 1
    ) {
      (self.solver, self.cost, self.epsilon) = (solver, cost, epsilon)
      (self.tolerance, self.bias) = (tolerance, bias)
    }
  }

  public let weights: [Double]
  public let intercept: Double
  /// False where the solver ran out of iterations before it met its tolerance.
  public let converged: Bool

  /// Fits to rows × `columns` row-major values and one label a row.
  ///
  /// The library takes about 16 bytes for every value that is not 0, while it trains. Trainings in
  /// one process take turns: liblinear draws from C's `rand()`, which is seeded for each.
  /// - Throws: `SupportVectorError`, with the message of liblinear's own parameter check.
  public init(
    _ values: [Float], columns: Int, labels: [Float], settings: Settings = Settings(),
    seed: UInt32 = 0
  ) throws(SupportVectorError) {
    try checkedSettings([
      ("cost", settings.cost), ("epsilon", settings.epsilon), ("tolerance", settings.tolerance),
      ("bias", settings.bias ?? 0),
    ])
    if let bias = settings.bias, bias < 0 {
      throw .invalidSetting("bias", accepted: "at least 0, or none")
    }
    let rows = try checkedRows(values, columns: columns, labels: labels)
    var native = clin_settings(
      solver: settings.solver.native, cost: settings.cost, epsilon: settings.epsilon,
      tolerance: settings.tolerance, bias: settings.bias ?? -1, seed: seed)
    var fitted = [Double](repeating: 0, count: columns + 1)
    var converged: Int32 = 0
    try check(
      .liblinear, "training",
      clin_train(
        values, labels, UInt64(rows), UInt64(columns), &native, &fitted, UInt64(fitted.count),
        &converged))
    intercept = settings.bias.map { $0 * fitted[columns] } ?? 0
    weights = Array(fitted.prefix(columns))
    self.converged = converged != 0
  }

  /// One value a row: w·x + b.
  public func predict(_ values: [Float]) throws(SupportVectorError) -> [Float] {
    let rows = try checkedRows(values, columns: weights.count, labels: nil)
    return values.withUnsafeBufferPointer { values in
      weights.withUnsafeBufferPointer { weights in
        (0..<rows).map { row in
          var sum = intercept
          for column in 0..<weights.count {
            sum += weights[column] * Double(values[row * weights.count + column])
          }
          return Float(sum)
        }
      }
    }
  }

  /// Such as 230 for liblinear 2.3.0.
  public static var libraryVersion: Int { Int(clin_version()) }
}

extension LinearSupportVectorRegression.Solver {
  fileprivate var native: clin_solver {
    switch self {
    case .squaredLossPrimal: CLIN_SQUARED_LOSS_PRIMAL
    case .squaredLossDual: CLIN_SQUARED_LOSS_DUAL
    case .absoluteLossDual: CLIN_ABSOLUTE_LOSS_DUAL
    }
  }
}
