// Kernel support vector regression through libsvm.
//
// A model that csvm_train gives out is freed once with csvm_free, and may be used by several
// threads as long as none of them frees it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// 0 means success; anything else has its reason in csvm_last_error().
#define CSVM_STATUS __attribute__((warn_unused_result)) int32_t

typedef struct csvm_model csvm_model;

enum csvm_kernel { CSVM_LINEAR = 0, CSVM_RBF = 2 };

struct csvm_settings {
  enum csvm_kernel kernel;
  double cost;
  /// Half the width of the tube in which errors are free.
  double epsilon;
  /// RBF: exp(-gamma |x - y|^2).
  double gamma;
  double tolerance;
  /// Kernel cache, in MB.
  double cache;
  int32_t shrinking;
};

/// Thread-local; valid until the next failure on the same thread.
const char *csvm_last_error(void);
/// Such as 324 for 3.24.
int32_t csvm_version(void);
/// Models that were given out and not yet freed.
int64_t csvm_live_handles(void);

/// Fits epsilon-SVR to `rows` x `columns` row-major values and one label a row; keeps a copy of the
/// support vectors only.
CSVM_STATUS csvm_train(const float *values, const float *labels, uint64_t rows, uint64_t columns,
                       const struct csvm_settings *settings, csvm_model **out);
/// One value a row of `columns` values, into `predictions`.
CSVM_STATUS csvm_predict(const csvm_model *model, const float *values, uint64_t rows,
                         uint64_t columns, float *predictions);
uint64_t csvm_support_vectors(const csvm_model *model);
void csvm_free(csvm_model *model);

#ifdef __cplusplus
}
#endif
