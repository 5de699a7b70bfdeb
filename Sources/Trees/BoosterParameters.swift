/// Parameters under libxgboost's own names, such as `max_depth`, kept as the strings it parses.
///
/// Threads and verbosity are not among them: `Booster.train` is told the one and sees to the other.
public struct BoosterParameters: Sendable, Equatable, Codable {
  public private(set) var values: [String: String]

  public init(_ values: [String: String] = [:]) { self.values = values }

  public subscript(name: String) -> String? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// These, with those of `other` in place of their own.
  public func merging(_ other: BoosterParameters) -> BoosterParameters {
    BoosterParameters(values.merging(other.values) { $1 })
  }

  /// A random forest: `trees` trees side by side in a single round, none shrunk.
  ///
  /// Rows are drawn per tree without replacement and columns per node, which with histogram bins
  /// makes it a close relative of Breiman's estimator (2001), not the same one. Train it with
  /// `rounds: 1`. Every tree is fitted to label − `baseScore`, so give it the mean label.
  public static func randomForest(
    trees: Int, depth: Int, rowShare: Double = 0.632, columnShare: Double = 1.0 / 3,
    minimumLeafWeight: Double = 1, baseScore: Double = 0, seed: UInt32 = 0
  ) -> BoosterParameters {
    BoosterParameters([
      "objective": "reg:squarederror", "tree_method": "hist", "num_parallel_tree": "\(trees)",
      "learning_rate": "1", "max_depth": "\(depth)", "subsample": "\(rowShare)",
      "colsample_bynode": "\(columnShare)", "min_child_weight": "\(minimumLeafWeight)",
      "reg_lambda": "0", "base_score": "\(baseScore)", "seed": "\(seed)",
    ])
  }
}

extension BoosterParameters: ExpressibleByDictionaryLiteral {
  /// - Precondition: no name is given twice.
  public init(dictionaryLiteral elements: (String, BoosterParameterValue)...) {
    values = Dictionary(uniqueKeysWithValues: elements.map { ($0, $1.text) })
  }
}

/// A number, word or truth value, written as libxgboost reads it.
public struct BoosterParameterValue: Sendable, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
  let text: String

  public init(_ value: some LosslessStringConvertible) { text = value.description }
  public init(stringLiteral value: String) { text = value }
  public init(integerLiteral value: Int) { text = "\(value)" }
  public init(floatLiteral value: Double) { text = "\(value)" }
  public init(booleanLiteral value: Bool) { text = value ? "true" : "false" }
}
