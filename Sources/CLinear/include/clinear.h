// Linear support vector regression through liblinear.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// 0 means success; anything else has its reason in clin_last_error().
#define CLIN_STATUS __attribute__((warn_unused_result)) int32_t

/// liblinear's solvers for L2-regularised support vector regression.
enum clin_solver {
  CLIN_SQUARED_LOSS_PRIMAL = 11,
  CLIN_SQUARED_LOSS_DUAL = 12,
  CLIN_ABSOLUTE_LOSS_DUAL = 13,
};

struct clin_settings {
  enum clin_solver solver;
  double cost;
  /// Half the width of the tube in which errors are free.
  double epsilon;
  double tolerance;
  /// The constant column's value, whose weight is regularised too; negative for none.
  double bias;
  /// What the dual solvers draw their order of rows from.
  uint32_t seed;
};

/// Thread-local; valid until the next failure on the same thread.
const char *clin_last_error(void);
/// Such as 230 for 2.3.0.
int32_t clin_version(void);

/// Fits to `rows` x `columns` row-major values and one label a row.
///
/// Writes `columns` weights, then, where `bias` is not negative, the weight of the constant column.
/// `converged` is 0 where the solver ran out of iterations.
CLIN_STATUS clin_train(const float *values, const float *labels, uint64_t rows, uint64_t columns,
                       const struct clin_settings *settings, double *weights, uint64_t capacity,
                       int32_t *converged);

#ifdef __cplusplus
}
#endif
