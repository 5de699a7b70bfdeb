import Market

/// A market ready to be studied: its prices, and what is known of them.
public struct Dataset: Sendable {
  /// How specs and reports name it.
  public let name: String
  /// One line for headings; it says "simulated" where the market is.
  public let title: String
  /// Whether the prices were made up.
  public let isSimulated: Bool
  public let panel: Panel
  /// The true conditional expected returns; `nil` where nobody knows them, as on real prices.
  public let truth: ExpectedReturns?

  public init(
    name: String, title: String, isSimulated: Bool, panel: Panel, truth: ExpectedReturns? = nil
  ) {
    self.name = name
    self.title = title
    self.isSimulated = isSimulated
    self.panel = panel
    self.truth = truth
  }
}
