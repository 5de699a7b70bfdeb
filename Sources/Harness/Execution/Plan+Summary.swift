extension Plan {
  /// What a run would do: rows, folds, seeds, and how much is there already.
  public func summary(of directory: RunDirectory) -> String {
    var table = TextTable([
      ("source", .left), ("model", .left), ("cells", .right), ("there", .right),
    ])
    for row in rows {
      let cells = cells(of: row)
      let there = cells.count { directory.hasPredictions(of: $0.key) }
      table.rows.append([row.source, row.name, "\(cells.count)", "\(there)"])
    }
    return table.aligned
  }
}
