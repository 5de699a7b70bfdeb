import CHDF5

extension HDF5File {
  public func createGroup(_ name: String) throws(HDF5Error) {
    try call(name) { qbh_create_group($0, name) }
  }

  /// Names of what a group holds, in byte order.
  public func names(in group: String) throws(HDF5Error) -> [String] {
    try strings(of: group) { qbh_list_links($0, group, $1) }
  }

  /// Names of an object's attributes, in byte order.
  public func attributeNames(of object: String = "/") throws(HDF5Error) -> [String] {
    try strings(of: object) { qbh_list_attributes($0, object, $1) }
  }
}
