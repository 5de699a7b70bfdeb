// Gradient-boosted trees and forests through libxgboost's C API.
//
// Every handle that a function gives out is freed once with the matching _free. Pointers that a
// function lends are valid until the next cxgb_ call on the same thread. A handle is used by one
// thread at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// 0 means success; anything else has its reason in cxgb_last_error().
#define CXGB_STATUS __attribute__((warn_unused_result)) int32_t

typedef struct cxgb_matrix cxgb_matrix;
typedef struct cxgb_booster cxgb_booster;

/// What cxgb_predict computes for a row.
enum cxgb_prediction {
  CXGB_VALUE = 0,
  /// Exact tree SHAP values, one a column and the bias last.
  CXGB_CONTRIBUTIONS = 2,
};

/// Thread-local; valid until the next failure on the same thread.
const char *cxgb_last_error(void);
/// What the library warned of on this thread since cxgb_clear_warnings; "" for nothing.
const char *cxgb_warnings(void);
void cxgb_clear_warnings(void);
void cxgb_version(int32_t *major, int32_t *minor, int32_t *patch);
/// Matrices and boosters that were given out and not yet freed.
int64_t cxgb_live_handles(void);

/// Copies `rows` x `columns` row-major values; NaN is missing.
CXGB_STATUS cxgb_matrix_create(const float *values, uint64_t rows, uint64_t columns,
                               int32_t threads, cxgb_matrix **out);
/// `field` is "label" or "weight"; one value a row, copied.
CXGB_STATUS cxgb_matrix_set(cxgb_matrix *matrix, const char *field, const float *values,
                            uint64_t count);
void cxgb_matrix_free(cxgb_matrix *matrix);

/// A booster without trees; `matrix`, which may be null, is what it will be trained on.
CXGB_STATUS cxgb_booster_create(const cxgb_matrix *matrix, cxgb_booster **out);
CXGB_STATUS cxgb_booster_set(cxgb_booster *booster, const char *name, const char *value);
/// One boosting round; `round` counts from 0.
CXGB_STATUS cxgb_booster_update(cxgb_booster *booster, int32_t round, const cxgb_matrix *matrix);
/// The evaluation metric on `matrix`, as the library prints it: "[round]\twatched-metric:value".
CXGB_STATUS cxgb_booster_evaluate(cxgb_booster *booster, int32_t round, const cxgb_matrix *matrix,
                                  const char **out);
CXGB_STATUS cxgb_booster_rounds(const cxgb_booster *booster, int32_t *out);
CXGB_STATUS cxgb_booster_columns(const cxgb_booster *booster, uint64_t *out);
/// The first `rounds` rounds as a booster of its own.
CXGB_STATUS cxgb_booster_slice(const cxgb_booster *booster, int32_t rounds, cxgb_booster **out);
/// Lends `count` values, row-major.
CXGB_STATUS cxgb_booster_predict(const cxgb_booster *booster, const cxgb_matrix *matrix,
                                 enum cxgb_prediction kind, const float **values, uint64_t *count);
/// Average gain of the splits on each column, into `gains` of `columns` values; 0 for one unused.
CXGB_STATUS cxgb_booster_gains(const cxgb_booster *booster, float *gains, uint64_t columns);
/// Lends the model in `format`: "json" or "ubj".
CXGB_STATUS cxgb_booster_save(const cxgb_booster *booster, const char *format, const char **bytes,
                              uint64_t *count);
/// The bytes must be what cxgb_booster_save lent: the library trusts their content.
CXGB_STATUS cxgb_booster_load(const void *bytes, uint64_t count, cxgb_booster **out);
void cxgb_booster_free(cxgb_booster *booster);

#ifdef __cplusplus
}
#endif
