#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension HDF5File {
  /// Refuses sizes that a damaged or hostile header invents, before anything is allocated.
  ///
  /// Deflate never shrinks data more than 1,032-fold (zlib, "Technical Details"), so what is stored
  /// bounds what can be declared. A chunk is bounded because libhdf5 unpacks it as a whole.
  func requirePossible(_ info: DatasetInfo, of name: String) throws(HDF5Error) {
    let declared = UInt64(info.declaredBytes)
    let (bound, overflow) = info.storedBytes.multipliedReportingOverflow(by: 1100)
    guard overflow || declared <= bound else {
      throw .impossibleSize(
        file: path, object: name,
        reason: "it declares \(declared) bytes of values but stores only \(info.storedBytes)")
    }
    guard info.chunkBytes <= max(declared, 16 << 20) else {
      throw .impossibleSize(
        file: path, object: name,
        reason: "it declares chunks of \(info.chunkBytes) bytes for \(declared) bytes of values")
    }
    let memory = UInt64(clamping: sysconf(Int32(_SC_PHYS_PAGES)))
      .multipliedReportingOverflow(by: UInt64(clamping: sysconf(Int32(_SC_PAGESIZE))))
    guard memory.overflow || memory.partialValue == 0 || declared <= memory.partialValue else {
      throw .impossibleSize(
        file: path, object: name,
        reason: "it declares \(declared) bytes; this machine has \(memory.partialValue)")
    }
  }
}
