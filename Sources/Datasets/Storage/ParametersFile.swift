import HDF5
import Market

/// What something fitted has learnt, by name: arrays of numbers and texts.
public struct StoredParameters: Sendable, Equatable {
  /// Numbers in row-major order.
  public struct Array: Sendable, Equatable {
    public var shape: [Int]
    public var values: [Double]

    /// - Precondition: as many values as the shape says.
    public init(shape: [Int], values: [Double]) {
      precondition(values.count == shape.reduce(1, *))
      (self.shape, self.values) = (shape, values)
    }
  }

  public var arrays: [String: Array]
  public var texts: [String: [String]]

  public init(arrays: [String: Array] = [:], texts: [String: [String]] = [:]) {
    (self.arrays, self.texts) = (arrays, texts)
  }
}

/// Learnt parameters in HDF5, schema 1, kind `parameters`.
///
/// Arrays lie under `/arrays` as float64, flat, with their shape in an attribute; lists of texts lie
/// under `/texts`. Names are of letters, digits and the like; a slash is refused.
public enum ParametersFile {
  /// Writes parameters, replacing `path` as a whole or not at all.
  ///
  /// - Returns: The digest of the content, as stored in `content_sha256`.
  /// - Throws: `StorageError.cannotWrite`.
  @discardableResult
  public static func write(
    _ parameters: StoredParameters, _ metadata: FileMetadata, to path: String
  ) throws -> String {
    for name in parameters.arrays.keys where !isStorable(name) {
      throw StorageError.cannotWrite(file: path, reason: "an array cannot be named '\(name)'")
    }
    for name in parameters.texts.keys where !isStorable(name) {
      throw StorageError.cannotWrite(file: path, reason: "a text cannot be named '\(name)'")
    }
    var metadata = metadata
    metadata.contentSHA256 = try digest(of: parameters)
    return try replacing(path) { temporary in
      let file = try HDF5File(creating: temporary)
      try file.createGroup("/arrays")
      for name in parameters.arrays.keys.sorted(by: precedesInBytes) {
        guard let array = parameters.arrays[name] else { continue }
        let chunk = min(max(1, array.values.count), 1 << 17)
        try file.write(
          array.values, as: "/arrays/\(name)", shape: [array.values.count], chunk: [chunk])
        try file.setAttribute(
          "shape", of: "/arrays/\(name)",
          to: array.shape.map(String.init).joined(separator: " "))
      }
      try file.createGroup("/texts")
      for name in parameters.texts.keys.sorted(by: precedesInBytes) {
        try file.write(parameters.texts[name] ?? [], as: "/texts/\(name)")
      }
      try metadata.write(to: file, kind: .parameters)
      try file.close()
      return metadata.contentSHA256
    }
  }

  /// Reads parameters, after checking them against their hash.
  ///
  /// - Throws: `StorageError` for everything that can be wrong with a file.
  public static func read(
    _ path: String
  ) throws -> (parameters: StoredParameters, metadata: FileMetadata) {
    let stored = try StoredFile(path)
    return (try read(stored), stored.metadata)
  }

  static func read(_ stored: StoredFile) throws -> StoredParameters {
    try stored.require(.parameters)
    var parameters = StoredParameters()
    for name in try reading(stored.path, { try stored.file.names(in: "/arrays") }) {
      let object = "/arrays/\(name)"
      let text = try reading(stored.path) { try stored.file.text("shape", of: object) }
      let shape = text.split(separator: " ").map { Int($0) ?? -1 }
      let values = try stored.column(object, as: Double.self)
      guard shape.allSatisfy({ $0 >= 0 }), count(of: shape) == values.count else {
        throw StorageError.layout(
          file: stored.path, object: object, expected: "values for the shape '\(text)'",
          found: "\(values.count) values")
      }
      parameters.arrays[name] = StoredParameters.Array(shape: shape, values: values)
    }
    for name in try reading(stored.path, { try stored.file.names(in: "/texts") }) {
      parameters.texts[name] = try stored.texts("/texts/\(name)")
    }
    try stored.checkHash(try digest(of: parameters))
    return parameters
  }

  /// `nil` where the product is no `Int`.
  private static func count(of shape: [Int]) -> Int? {
    shape.reduce(1) { (product: Int?, size: Int) -> Int? in
      guard let product else { return nil }
      let (value, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? nil : value
    }
  }

  private static func isStorable(_ name: String) -> Bool {
    !name.isEmpty && name != "." && !name.contains("/") && !name.utf8.contains(0)
  }

  private static func digest(of parameters: StoredParameters) throws -> String {
    let hash = try ContentHash(kind: .parameters)
    try hash.add(parameters.arrays.count)
    for name in parameters.arrays.keys.sorted(by: precedesInBytes) {
      guard let array = parameters.arrays[name] else { continue }
      try hash.add(name)
      try hash.add(array.shape.map(Int32.init(clamping:)))
      // Every NaN as the one quiet NaN, as everywhere in the format.
      try hash.addBits(array.values.map { $0.isNaN ? Double.nan : $0 })
    }
    try hash.add(parameters.texts.count)
    for name in parameters.texts.keys.sorted(by: precedesInBytes) {
      try hash.add(name)
      try hash.add(parameters.texts[name] ?? [])
    }
    return try hash.finish()
  }
}
