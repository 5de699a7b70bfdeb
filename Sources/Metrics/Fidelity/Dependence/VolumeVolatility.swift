/// Pearson's correlation of log volume with |*r*| on the days that have both; `nil` as for `pearson`.
func volumeVolatility(_ returns: ArraySlice<Float>, _ volumes: ArraySlice<Float>) -> Double? {
  var (moves, traded) = ([Double](), [Double]())
  for (move, volume) in zip(returns, volumes) where !move.isNaN && !volume.isNaN {
    moves.append(abs(Double(move)))
    traded.append(Double(volume))
  }
  return pearson(moves, traded)
}

extension FidelityMetric {
  /// Karpoff (1987), *The Relation Between Price Changes and Trading Volume*.
  static let volumeVolatility = FidelityMetric(
    id: "volume_volatility", title: "Volume–volatility", group: .dependence,
    summary: "|difference| of the correlation of log volume with |r|", unit: .correlation
  ) { $0.volumeVolatility }
}
