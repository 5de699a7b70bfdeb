/// Which sector each asset is in, and which assets lead their sector.
///
/// Dealt round-robin, and every second asset of a sector leads: adding assets changes nobody's
/// place.
struct SectorGroups {
  let sectors: Int
  let sector: [Int]
  let isLeader: [Bool]
  private let leadersBySector: [[Int]]

  init(assets: Int, sectors: Int) {
    self.sectors = sectors
    sector = (0..<assets).map { $0 % sectors }
    let leads = (0..<assets).map { ($0 / sectors) % 2 == 0 }
    isLeader = leads
    leadersBySector = (0..<sectors).map { sector in
      stride(from: sector, to: assets, by: sectors).filter { leads[$0] }
    }
  }

  /// The leaders of the asset's sector other than itself.
  func leaders(of asset: Int) -> [Int] { leadersBySector[sector[asset]].filter { $0 != asset } }
}
