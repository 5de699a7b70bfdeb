/// What a dataset says of itself, before anything of it is read.
public struct DatasetInfo: Sendable, Equatable {
  public var type: ElementType
  /// Extent along each axis; empty for a scalar.
  public var shape: [Int]
  /// Elements in all; the product of `shape`.
  public var count: Int
  /// Bytes of all elements in memory (of a pointer each where texts have no fixed length).
  public var declaredBytes: Int
  /// Bytes of one chunk before compression; 0 where the layout is not chunked.
  public var chunkBytes: UInt64
  /// Bytes set aside in the file, after compression.
  public var storedBytes: UInt64
}
