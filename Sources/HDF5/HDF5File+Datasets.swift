import CHDF5

extension HDF5File {
  /// Makes a chunked dataset with byte shuffle, gzip 4 and Fletcher-32 checksums.
  ///
  /// `chunk` is the extent of a chunk along each axis, at least 1 each.
  public func createDataset<Number: HDF5Number>(
    _ name: String, of type: Number.Type, shape: [Int], chunk: [Int]
  ) throws(HDF5Error) {
    try createDataset(name, Number.elementType, stringSize: 0, shape: shape, chunk: chunk)
  }

  /// Writes a box of values, row-major, beginning at `start`.
  ///
  /// - Throws: `HDF5Error.mismatch` where the box leaves the dataset or disagrees with the values.
  public func write<Number: HDF5Number>(
    _ values: [Number], to name: String, start: [Int], count: [Int]
  ) throws(HDF5Error) {
    let (start, count) = (try sizes(start, of: name), try sizes(count, of: name))
    try requireSameRank(start, count, of: name)
    try call(name) { file in
      values.withUnsafeBytes { buffer in
        qbh_write(
          file, name, Number.elementType.code, 0, Int32(start.count), start, count,
          buffer.baseAddress, buffer.count)
      }
    }
  }

  /// Makes a dataset and writes all of it.
  public func write<Number: HDF5Number>(
    _ values: [Number], as name: String, shape: [Int], chunk: [Int]
  ) throws(HDF5Error) {
    try createDataset(name, of: Number.self, shape: shape, chunk: chunk)
    try write(values, to: name, start: shape.map { _ in 0 }, count: shape)
  }

  /// Makes a one-dimensional dataset of texts, stored as UTF-8 zero-padded to the longest.
  ///
  /// - Throws: `HDF5Error.invalidText` where a text holds a zero byte, which padding would swallow.
  public func write(_ texts: [String], as name: String) throws(HDF5Error) {
    let size = max(1, texts.lazy.map(\.utf8.count).max() ?? 1)
    var bytes = [UInt8](repeating: 0, count: size * texts.count)
    for (index, text) in texts.enumerated() {
      for (offset, byte) in text.utf8.enumerated() {
        guard byte != 0 else { throw .invalidText(file: path, object: name) }
        bytes[index * size + offset] = byte
      }
    }
    try createDataset(
      name, .string, stringSize: size, shape: [texts.count], chunk: [max(1, texts.count)])
    try call(name) { file in
      qbh_write(
        file, name, QBH_STRING, size, 1, [0], [UInt64(texts.count)], bytes, bytes.count)
    }
  }

  /// A box of values, row-major.
  ///
  /// - Throws: `HDF5Error.missing`, `.mismatch` for another type or a box outside the dataset,
  ///   `.impossibleSize`, and `.native` where a chunk is corrupted.
  public func read<Number: HDF5Number>(
    _ name: String, as type: Number.Type, start: [Int], count: [Int]
  ) throws(HDF5Error) -> [Number] {
    let info = try info(of: name)
    guard info.type == Number.elementType else {
      throw .mismatch(
        file: path, object: name,
        reason: "the elements are \(info.type.rawValue), not \(Number.elementType.rawValue)")
    }
    try requirePossible(info, of: name)
    let (offset, box) = (try sizes(start, of: name), try sizes(count, of: name))
    try requireSameRank(offset, box, of: name)
    for (axis, extent) in info.shape.enumerated() where axis < count.count {
      guard start[axis] <= extent, count[axis] <= extent - start[axis] else {
        throw .mismatch(file: path, object: name, reason: "the box reaches outside the dataset")
      }
    }
    guard count.count == info.shape.count else {
      throw .mismatch(
        file: path, object: name, reason: "the box has another rank than the dataset")
    }
    // Cannot overflow: the box lies inside a dataset whose own product did not.
    let total = count.reduce(1, *)
    var result: Result<Void, HDF5Error> = .success(())
    let values = [Number](unsafeUninitializedCapacity: total) { buffer, initialized in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      result = Result { () throws(HDF5Error) in
        try call(name) { file in
          qbh_read(
            file, name, Number.elementType.code, Int32(box.count), offset, box, raw.baseAddress,
            total * MemoryLayout<Number>.stride)
        }
      }
      if case .success = result { initialized = total }
    }
    try result.get()
    return values
  }

  /// All values of a dataset, row-major.
  public func read<Number: HDF5Number>(
    _ name: String, as type: Number.Type
  ) throws(HDF5Error) -> [Number] {
    let shape = try info(of: name).shape
    return try read(name, as: type, start: shape.map { _ in 0 }, count: shape)
  }

  /// All texts of a dataset, of fixed or variable length, without their padding.
  ///
  /// - Throws: `HDF5Error.invalidText` where one is not UTF-8, and as `read` does.
  public func readStrings(_ name: String) throws(HDF5Error) -> [String] {
    let info = try info(of: name)
    guard info.type == .string else {
      throw .mismatch(
        file: path, object: name, reason: "the elements are \(info.type.rawValue), not texts")
    }
    try requirePossible(info, of: name)
    return try strings(of: name) { qbh_read_strings($0, name, $1) }
  }

  /// Type, shape and size of a dataset, without reading it.
  ///
  /// - Throws: `HDF5Error.missing`, `.mismatch` for what is no dataset, `.impossibleSize` where the
  ///   shape is beyond any memory.
  public func info(of name: String) throws(HDF5Error) -> DatasetInfo {
    var native = qbh_dataset_info()
    try call(name) { qbh_dataset_info_get($0, name, &native) }
    var shape: [Int] = []
    var (count, bytes) = (1, Int(clamping: native.element_size))
    let dims = withUnsafeBytes(of: native.dims) { Array($0.bindMemory(to: UInt64.self)) }
    for extent in dims.prefix(Int(native.rank)) {
      let extent = Int(clamping: extent)
      let (newCount, overflow) = count.multipliedReportingOverflow(by: extent)
      let (newBytes, bytesOverflow) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflow, !bytesOverflow else {
        throw .impossibleSize(
          file: path, object: name, reason: "it declares more values than any memory holds")
      }
      shape.append(extent)
      (count, bytes) = (newCount, newBytes)
    }
    return DatasetInfo(
      type: ElementType(code: native.type), shape: shape, count: count, declaredBytes: bytes,
      chunkBytes: native.chunk_size, storedBytes: native.stored_size)
  }

  private func createDataset(
    _ name: String, _ type: ElementType, stringSize: Int, shape: [Int], chunk: [Int]
  ) throws(HDF5Error) {
    let (shape, chunk) = (try sizes(shape, of: name), try sizes(chunk, of: name))
    try requireSameRank(shape, chunk, of: name)
    try call(name) { file in
      qbh_create_dataset(
        file, name, type.code, stringSize, Int32(shape.count), shape, chunk)
    }
  }

  private func sizes(_ values: [Int], of name: String) throws(HDF5Error) -> [UInt64] {
    guard values.count <= Int(QBH_MAX_RANK), values.allSatisfy({ $0 >= 0 }) else {
      throw .mismatch(
        file: path, object: name,
        reason: "\(values) is no extent: at most \(QBH_MAX_RANK) numbers, none negative")
    }
    return values.map(UInt64.init)
  }

  private func requireSameRank(_ a: [UInt64], _ b: [UInt64], of name: String) throws(HDF5Error) {
    guard a.count == b.count else {
      throw .mismatch(file: path, object: name, reason: "\(a) and \(b) have different ranks")
    }
  }
}
