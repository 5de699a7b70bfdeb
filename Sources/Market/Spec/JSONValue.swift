/// Any JSON value: what a spec hands on without knowing what it means.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// This object with the keys of `other` in place of its own, objects within objects likewise;
  /// `other` where either is no object.
  public func overlaid(by other: JSONValue) -> JSONValue {
    guard case .object(let base) = self, case .object(let over) = other else { return other }
    return .object(base.merging(over) { $0.overlaid(by: $1) })
  }

  /// Every key path in the value, such as `label.horizon`; list positions count as keys.
  var keyPaths: Set<String> {
    func walk(_ node: JSONValue, _ path: String) -> [String] {
      switch node {
      case .object(let object):
        object.flatMap { [path + $0.key] + walk($0.value, path + $0.key + ".") }
      case .array(let list):
        list.enumerated().flatMap { walk($0.element, "\(path)\($0.offset).") }
      default: []
      }
    }
    return Set(walk(self, ""))
  }
}

extension JSONValue: Codable {
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let array = try? value.decode([JSONValue].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSONValue].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
