import CTorch

extension Tensor {
  /// Matrix product, batched and broadcast over leading dimensions; vectors are promoted.
  public func matmul(_ other: Tensor) throws(TorchError) -> Tensor {
    try tensor("matmul") { qbt_matmul(handle, other.handle, &$0) }
  }

  /// Products of two batches of matrices: [batch, n, k] × [batch, k, m].
  public func bmm(_ other: Tensor) throws(TorchError) -> Tensor {
    try tensor("bmm") { qbt_bmm(handle, other.handle, &$0) }
  }

  /// Lower triangular L with L Lᵀ equal to this symmetric positive definite matrix.
  ///
  /// - Throws: `TorchError.native` where the matrix is not positive definite.
  public func cholesky() throws(TorchError) -> Tensor {
    try tensor("linalg_cholesky") { qbt_cholesky(handle, &$0) }
  }

  /// X in A X = `right` [n, m], this being A's lower Cholesky factor.
  public func choleskySolve(_ right: Tensor) throws(TorchError) -> Tensor {
    try tensor("cholesky_solve") { qbt_cholesky_solve(right.handle, handle, &$0) }
  }

  /// X in A X = `right`, [n, m] or [n], this being A [n, n].
  ///
  /// - Throws: `TorchError.native` where A is singular.
  public func solve(_ right: Tensor) throws(TorchError) -> Tensor {
    try tensor("linalg_solve") { qbt_solve(handle, right.handle, &$0) }
  }

  /// Eigenvalues, ascending, and orthonormal eigenvectors, as columns, of a symmetric matrix.
  public func symmetricEigen() throws(TorchError) -> (values: Tensor, vectors: Tensor) {
    var vectors: OpaquePointer?
    let values = try tensor("linalg_eigh") { qbt_symmetric_eigen(handle, &$0, &vectors) }
    guard let vectors else { throw .native(call: "linalg_eigh", message: "gave nothing") }
    return (values, Tensor(adopting: vectors))
  }
}
