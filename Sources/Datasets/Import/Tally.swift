/// Counts by reason, in order of appearance, with the first place of each.
struct Tally {
  private(set) var findings: [ImportReport.Finding] = []

  mutating func add(_ what: String, at file: String, _ line: Int, _ column: String? = nil) {
    if let index = findings.firstIndex(where: { $0.what == what }) {
      findings[index].count += 1
    } else {
      findings.append(
        ImportReport.Finding(
          what: what, count: 1,
          example: ImportPlace(file: file, line: line, column: column).description))
    }
  }

  mutating func add(_ what: String, count: Int, example: String? = nil) {
    guard count > 0 else { return }
    if let index = findings.firstIndex(where: { $0.what == what }) {
      findings[index].count += count
    } else {
      findings.append(ImportReport.Finding(what: what, count: count, example: example))
    }
  }
}
