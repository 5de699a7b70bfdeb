extension Plan {
  /// What a run of the spec would do: rows, folds, seeds, and how much is there already.
  public func summary(of directory: RunDirectory, under experiment: Experiment) throws -> String {
    var table = TextTable([
      ("source", .left), ("model", .left), ("cells", .right), ("there", .right),
    ])
    for row in rows {
      let cells = cells(of: row)
      let there = try cells.count { try directory.isDone($0, under: experiment) }
      table.rows.append([row.source, row.name, "\(cells.count)", "\(there)"])
    }
    return table.aligned
  }
}
