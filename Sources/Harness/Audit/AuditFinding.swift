/// What one check of the leakage audit found.
public struct AuditFinding: Codable, Sendable {
  public let check: String
  public let passed: Bool
  /// The figures behind the verdict, in a sentence.
  public let detail: String
}
