#ifndef QBT_MATH_H
#define QBT_MATH_H

#include "qbt_base.h"

/// Functions of each element.
typedef enum qbt_unary_op {
  QBT_NEG,
  QBT_ABS,
  QBT_SIGN,
  QBT_SQRT,
  QBT_EXP,
  QBT_LOG,
  QBT_LOG1P,
  QBT_SQUARE,
  QBT_RECIPROCAL,
  QBT_SIN,
  QBT_COS,
  QBT_TANH,
  QBT_SIGMOID,
  QBT_RELU,
  QBT_GELU,
  QBT_SILU,
  QBT_SOFTPLUS,
  QBT_IS_FINITE,
  QBT_LOGICAL_NOT,
} qbt_unary_op;

/// Functions of two elements; the operands are broadcast.
typedef enum qbt_binary_op {
  QBT_ADD,
  QBT_SUB,
  QBT_MUL,
  QBT_DIV,
  QBT_POW,
  QBT_MAXIMUM,
  QBT_MINIMUM,
  QBT_EQ,
  QBT_NE,
  QBT_LT,
  QBT_LE,
  QBT_GT,
  QBT_GE,
  QBT_LOGICAL_AND,
  QBT_LOGICAL_OR,
} qbt_binary_op;

typedef enum qbt_reduction {
  QBT_SUM,
  QBT_MEAN,
  /// Divisor n - 1.
  QBT_VAR,
  /// Divisor n.
  QBT_VAR_POPULATION,
  /// Divisor n - 1.
  QBT_STD,
  /// Divisor n.
  QBT_STD_POPULATION,
  QBT_MAX,
  QBT_MIN,
  /// Euclidean.
  QBT_NORM,
  QBT_LOGSUMEXP,
} qbt_reduction;

QBT_BEGIN

QBT_STATUS qbt_unary(qbt_unary_op op, const qbt_tensor *x, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_binary(qbt_binary_op op, const qbt_tensor *a, const qbt_tensor *b,
                      qbt_tensor **out) QBT_NOEXCEPT;
/// As qbt_binary, with a number on the right.
QBT_STATUS qbt_binary_scalar(qbt_binary_op op, const qbt_tensor *a, double b,
                             qbt_tensor **out) QBT_NOEXCEPT;
/// Limits that are NaN are no limit.
QBT_STATUS qbt_clamp(const qbt_tensor *x, double low, double high, qbt_tensor **out) QBT_NOEXCEPT;

/// Over `dims`, or over all where `count` is 0.
QBT_STATUS qbt_reduce(qbt_reduction op, const qbt_tensor *x, const int64_t *dims, size_t count,
                      int32_t keep_dims, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_argmax(const qbt_tensor *x, int64_t dim, int32_t keep_dim,
                      qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_argmin(const qbt_tensor *x, int64_t dim, int32_t keep_dim,
                      qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_cumsum(const qbt_tensor *x, int64_t dim, qbt_tensor **out) QBT_NOEXCEPT;

// Products and linear algebra

QBT_STATUS qbt_matmul(const qbt_tensor *a, const qbt_tensor *b, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_bmm(const qbt_tensor *a, const qbt_tensor *b, qbt_tensor **out) QBT_NOEXCEPT;
/// Lower triangular factor; fails where the matrix is not positive definite.
QBT_STATUS qbt_cholesky(const qbt_tensor *a, qbt_tensor **out) QBT_NOEXCEPT;
/// Solves A X = B, given the lower factor of A.
QBT_STATUS qbt_cholesky_solve(const qbt_tensor *b, const qbt_tensor *lower,
                              qbt_tensor **out) QBT_NOEXCEPT;
/// Solves A X = B; fails where A is singular.
QBT_STATUS qbt_solve(const qbt_tensor *a, const qbt_tensor *b, qbt_tensor **out) QBT_NOEXCEPT;
/// Ascending eigenvalues and orthonormal eigenvectors (columns) of symmetric matrices.
QBT_STATUS qbt_symmetric_eigen(const qbt_tensor *a, qbt_tensor **values,
                               qbt_tensor **vectors) QBT_NOEXCEPT;

QBT_END

#endif
