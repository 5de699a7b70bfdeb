import CTorch

/// Where a tensor's elements lie and its arithmetic runs.
public enum Device: Sendable, Hashable, CustomStringConvertible {
  case cpu
  case cuda(Int)

  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    }
  }

  /// `cpu`, `cuda` (the first) or `cuda:n`; `nil` for anything else.
  public init?(_ name: String) {
    switch name {
    case "cpu": self = .cpu
    case "cuda": self = .cuda(0)
    default:
      guard name.hasPrefix("cuda:"), let index = Int(name.dropFirst(5)), (0..<128).contains(index)
      else { return nil }
      self = .cuda(index)
    }
  }

  var native: qbt_device {
    switch self {
    case .cpu: qbt_device(QBT_CPU)
    case .cuda(let index): qbt_device(clamping: max(0, index))
    }
  }

  init(_ native: qbt_device) { self = native < 0 ? .cpu : .cuda(Int(native)) }
}
