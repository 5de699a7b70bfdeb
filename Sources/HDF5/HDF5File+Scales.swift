import CHDF5

extension HDF5File {
  /// Makes a dataset a dimension scale: the coordinates of an axis of others.
  public func makeScale(_ dataset: String, label: String) throws(HDF5Error) {
    try call(dataset, [label]) { qbh_make_scale($0, dataset, label) }
  }

  /// Says that `scale` holds the coordinates along an axis of a dataset.
  public func attachScale(
    _ scale: String, to dataset: String, axis: Int
  ) throws(HDF5Error) {
    try call(dataset, [scale]) { file in
      qbh_attach_scale(file, dataset, scale, Int32(clamping: axis))
    }
  }

  /// Names an axis of a dataset.
  public func labelAxis(
    _ axis: Int, of dataset: String, _ label: String
  ) throws(HDF5Error) {
    try call(dataset, [label]) { qbh_label_axis($0, dataset, Int32(clamping: axis), label) }
  }
}
