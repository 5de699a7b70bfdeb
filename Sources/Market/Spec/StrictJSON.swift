import Foundation

/// JSON in which a misspelt key is an error, not a silent default, and so is one that is given twice.
///
/// A document is decoded, encoded back, and any key path that does not return is stray. The same
/// encoding, with every default filled in, is the resolved spec that goes into the results.
/// JSON5 is accepted: comments, trailing commas, unquoted keys.
public enum StrictJSON {
  /// `optional` are keys at the top that may be absent, so that a message lists them among those that are known.
  /// - Throws: `SpecError` naming the place and what would be accepted.
  public static func decode<T: Codable>(
    _ type: T.Type, from data: Data, named place: String, optional: [String] = []
  ) throws(SpecError) -> T {
    let value = try plainlyDecode(type, from: data, named: place)
    try refuseRepeatedKeys(in: data, named: place)
    let given = try plainlyDecode(JSONValue.self, from: data, named: place).keyPaths
    let known: Set<String>
    do {
      known = try JSONDecoder().decode(JSONValue.self, from: encode(value)).keyPaths
    } catch {
      throw .unreadable(file: place, reason: reason(of: error))
    }
    let stray = given.subtracting(known).sorted()
    guard let first = stray.first else { return value }
    let siblings = known.union(optional).filter { parent(of: $0) == parent(of: first) }
    throw .strayKeys(
      stray.filter { key in !stray.contains { key.hasPrefix($0 + ".") } }, in: place,
      known: siblings.map { String($0.dropFirst(parent(of: $0).count)) }.sorted())
  }

  /// `given` (empty, or a JSON5 object) laid over the object `base`: its keys replace the base's.
  ///
  /// A key the base lacks is kept, so that strict decoding can name it.
  /// - Throws: `SpecError.unreadable` where `given` is no object, or gives a key twice.
  public static func overlaying(
    _ given: Data, on base: Data, named place: String
  ) throws(SpecError) -> Data {
    if given.isEmpty { return base }
    let over = try plainlyDecode(JSONValue.self, from: given, named: place)
    guard case .object = over else {
      throw .unreadable(file: place, reason: "must be an object, such as { … }")
    }
    try refuseRepeatedKeys(in: given, named: place)
    let under = try plainlyDecode(JSONValue.self, from: base, named: place)
    do {
      return try encode(under.overlaid(by: over))
    } catch EncodingError.invalidValue(let value, let context) {
      // JSON5 has NaN and infinities, and no setting takes one.
      throw .invalid(
        key: "\(place): \(key(context.codingPath))", value: "\(value)", accepted: "a finite number")
    } catch {
      throw .unreadable(file: place, reason: reason(of: error))
    }
  }

  /// Sorted keys and no escaped slashes: equal values give equal bytes.
  public static func encode(_ value: some Encodable, pretty: Bool = false) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return try encoder.encode(value)
  }

  /// Decoders take one of the two in silence, and not every one the same.
  private static func refuseRepeatedKeys(in data: Data, named place: String) throws(SpecError) {
    guard let key = RepeatedKeys.first(in: data) else { return }
    throw .unreadable(file: place, reason: "the key '\(key)' is given twice; give each once")
  }

  private static func plainlyDecode<T: Decodable>(
    _ type: T.Type, from data: Data, named place: String
  ) throws(SpecError) -> T {
    do {
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      return try decoder.decode(type, from: data)
    } catch let error as SpecError {
      throw error
    } catch let error as DecodingError {
      // Foundation calls JSON with 2.5 where a whole number is meant "not valid JSON".
      if case .dataCorrupted(let context) = error, context.codingPath.isEmpty,
        type != JSONValue.self,
        (try? plainlyDecode(JSONValue.self, from: data, named: place)) != nil
      {
        let reason =
          "a number does not fit its place: too large, or not the whole number it must be"
        throw .unreadable(file: place, reason: reason)
      }
      throw .unreadable(file: place, reason: reason(of: error))
    } catch {
      throw .unreadable(file: place, reason: "\(error)")
    }
  }

  /// `label.` for `label.horizon`, and nothing for a key at the top.
  private static func parent(of path: String) -> String {
    path.lastIndex(of: ".").map { String(path[...$0]) } ?? ""
  }

  /// `families[0].name`: positions in a list in brackets.
  private static func key(_ path: [any CodingKey]) -> String {
    path.reduce("") { text, part in
      if let index = part.intValue { return "\(text)[\(index)]" }
      return text.isEmpty ? part.stringValue : "\(text).\(part.stringValue)"
    }
  }

  /// Of what was decoded and cannot be encoded back: JSON5 has infinities and NaN, JSON has not.
  private static func reason(of error: any Error) -> String {
    guard case EncodingError.invalidValue(let value, let context) = error else { return "\(error)" }
    let place = key(context.codingPath)
    return
      "the value \(value)\(place.isEmpty ? "" : " at \(place)") is not accepted; give a finite number"
  }

  private static func reason(of error: DecodingError) -> String {
    func at(_ path: [any CodingKey]) -> String { path.isEmpty ? "" : " at \(key(path))" }
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "wrong kind of value\(at(context.codingPath)): \(context.debugDescription)"
    case .keyNotFound(let key, let context):
      return "missing key '\(key.stringValue)'\(at(context.codingPath))"
    case .dataCorrupted(let context):
      let cause = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey]
      return context.debugDescription + at(context.codingPath)
        + (cause.map { " (\($0))" } ?? "")
    @unknown default: return "\(error)"
    }
  }
}
