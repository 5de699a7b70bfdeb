import Market

extension Fold {
  /// The dates whose input window stays among `dates`: no model is trained across a hole.
  ///
  /// A date *t* stays if *t* − `window` + 1 … *t* are all listed; where the window begins before
  /// the panel's first date, the part of it inside the panel. A `window` of 1 keeps every date.
  /// - Parameters:
  ///   - window: Dates a model looks at, its own included; less than 1 counts as 1.
  ///   - dates: Positions in the panel, increasing, such as `train`.
  /// - Returns: The dates kept, in order.
  /// - Complexity: O(dates).
  public static func dates(withUnbrokenWindow window: Int, in dates: [Int]) -> [Int] {
    stretches(of: dates).flatMap { stretch in
      let first =
        stretch.lowerBound == 0 ? 0 : stretch.lowerBound + min(window, dates.count + 1) - 1
      return Array(max(first, stretch.lowerBound)..<max(first, stretch.upperBound))
    }
  }
}
