import Market

/// Some columns of Alpha158, with the passes over an asset's history that they take.
struct AlphaSelection: Sendable {
  let columns: [String]
  /// Each group that is needed, and for each of its series the place in `columns`, if wanted.
  private let passes: [(group: AlphaGroup, places: [Int?])]

  /// - Precondition: every name is a column of Alpha158.
  init(of columns: [String]) {
    self.columns = columns
    passes = AlphaGroup.all.compactMap { group in
      let places = group.columns.map(columns.firstIndex(of:))
      return places.allSatisfy { $0 == nil } ? nil : (group, places)
    }
    let found = passes.reduce(0) { $0 + $1.places.count { $0 != nil } }
    precondition(found == columns.count, "a column that no group gives")
  }

  /// - Throws: `PanelError.missingField`.
  func compute(_ panel: Panel, for need: String) throws(PanelError) -> FeaturePanel {
    try .byAsset(of: panel, columns: columns, for: need) { bars in
      let history = AssetHistory(of: bars)
      var result = [[Float]](repeating: [], count: columns.count)
      for (group, places) in passes {
        for (place, series) in zip(places, group.series(history)) {
          if let place { result[place] = series }
        }
      }
      return result
    }
  }
}
