/// A closed, ordered list of named things.
///
/// Built once, from a literal: there is no `register()` to call late, twice, or in an order that
/// depends on who imports whom. The order is the order of reports.
public struct Registry<Entry: Identifiable & Sendable>: Sendable where Entry.ID == String {
  public let kind: String
  public let entries: [Entry]

  /// - Precondition: no id appears twice.
  public init(_ kind: String, _ entries: [Entry]) {
    let repeated = Dictionary(grouping: entries, by: \.id).filter { $1.count > 1 }.keys.sorted()
    precondition(repeated.isEmpty, "\(kind) ids listed twice: \(repeated)")
    self.kind = kind
    self.entries = entries
  }

  public var ids: [String] { entries.map(\.id) }

  /// - Throws: `SpecError.unknown`, listing what exists and guessing what was meant.
  public func require(_ id: String) throws(SpecError) -> Entry {
    if let entry = entries.first(where: { $0.id == id }) { return entry }
    throw .unknown(kind: kind, id: id, known: ids)
  }
}
