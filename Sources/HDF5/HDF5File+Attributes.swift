import CHDF5

extension HDF5File {
  /// Attaches a text, stored as UTF-8 of fixed length; an empty text is one zero byte of padding.
  ///
  /// - Throws: `HDF5Error.invalidText` where it holds a zero byte.
  public func setAttribute(
    _ name: String, of object: String = "/", to text: String
  ) throws(HDF5Error) {
    let bytes = Array(text.utf8)
    try call(object, [name, text]) { file in
      bytes.withUnsafeBytes { buffer in
        qbh_write_attribute(file, object, name, QBH_STRING, buffer.baseAddress, buffer.count)
      }
    }
  }

  public func setAttribute<Number: HDF5Number>(
    _ name: String, of object: String = "/", to number: Number
  ) throws(HDF5Error) {
    try call(object, [name]) { file in
      withUnsafeBytes(of: number) { buffer in
        qbh_write_attribute(
          file, object, name, Number.elementType.code, buffer.baseAddress, buffer.count)
      }
    }
  }

  /// A single text, of fixed or variable length.
  ///
  /// - Throws: `HDF5Error.missing`, `.mismatch` where it is no single text, `.invalidText`.
  public func text(_ name: String, of object: String = "/") throws(HDF5Error) -> String {
    let place = Self.place(of: name, on: object)
    do {
      let values = try strings(of: object, [name]) { file, out in
        qbh_read_string_attribute(file, object, name, out)
      }
      return values.first ?? ""
    } catch {
      throw error.relocated(to: place)
    }
  }

  /// A single number of the same kind and sign, and no wider than asked for.
  ///
  /// - Throws: `HDF5Error.missing`, or `.mismatch` where it is another kind of value.
  public func number<Number: HDF5Number>(
    _ name: String, of object: String = "/", as type: Number.Type
  ) throws(HDF5Error) -> Number {
    let place = Self.place(of: name, on: object)
    do {
      return try withUnsafeTemporaryAllocation(of: Number.self, capacity: 1) {
        (buffer) throws(HDF5Error) -> Number in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        try call(object, [name]) { file in
          qbh_read_attribute(
            file, object, name, Number.elementType.code, raw.baseAddress, raw.count)
        }
        return raw.load(as: Number.self)
      }
    } catch {
      throw error.relocated(to: place)
    }
  }

  private static func place(of name: String, on object: String) -> String {
    object == "/" ? "attribute \(name)" : "attribute \(name) of \(object)"
  }
}

extension HDF5Error {
  /// The same error, about another object.
  func relocated(to object: String) -> HDF5Error {
    switch self {
    case .native(let file, _, let message): .native(file: file, object: object, message: message)
    case .missing(let file, _): .missing(file: file, object: object)
    case .mismatch(let file, _, let reason):
      .mismatch(file: file, object: object, reason: reason)
    case .impossibleSize(let file, _, let reason):
      .impossibleSize(file: file, object: object, reason: reason)
    case .invalidText(let file, _): .invalidText(file: file, object: object)
    case .system, .closed: self
    }
  }
}
