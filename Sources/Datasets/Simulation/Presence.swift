import Market

/// Which rows of the reference market are there: late listings and days without a row.
struct Presence {
  /// First date of each asset.
  private let listing: [Int]
  private let missingRows: Double
  private var gaps: [SeedStream]

  /// Leaders are listed from the start; a late asset enters in the first half of the dates.
  init(_ parameters: ReferenceMarket.Parameters, _ groups: SectorGroups) {
    let seeds = SeedTree(root: UInt64(parameters.seed)).subtree("reference market", "presence")
    let followers = max(1, groups.isLeader.count { !$0 })
    let odds = parameters.lateListings * Double(parameters.assets) / Double(followers)
    listing = groups.isLeader.enumerated().map { asset, leads in
      var stream = seeds.stream("listing", "\(asset)")
      let (draw, place) = (stream.uniform(), stream.uniform())
      guard !leads, draw < odds else { return 0 }
      return Int(place * Double(parameters.dates) / 2)
    }
    missingRows = parameters.missingRows
    gaps = groups.isLeader.indices.map { seeds.stream("gaps", "\($0)") }
  }

  /// Whether each asset is listed on a date; dates before the first count as the first.
  func listed(onDate date: Int) -> [Bool] { listing.map { $0 <= max(0, date) } }

  /// Whether the asset's row of the day is there; call it once a day for each asset.
  mutating func isObserved(_ asset: Int, listed: [Bool]) -> Bool {
    let gap = gaps[asset].uniform() < missingRows
    return listed[asset] && !gap
  }
}
