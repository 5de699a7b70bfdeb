#ifndef QBT_BASE_H
#define QBT_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define QBT_BEGIN extern "C" {
#define QBT_END }
#define QBT_NOEXCEPT noexcept
#else
#define QBT_BEGIN
#define QBT_END
#define QBT_NOEXCEPT
#endif

/// 0 means success. Anything else: the reason is in qbt_last_error().
///
/// Swift lets C results be dropped in silence; the attribute takes that back.
#define QBT_STATUS __attribute__((warn_unused_result)) int32_t

/// Opaque. The caller that receives one passes it to qbt_tensor_free once.
typedef struct qbt_tensor qbt_tensor;
/// Opaque. The caller that receives one passes it to qbt_generator_free once.
typedef struct qbt_generator qbt_generator;
/// Opaque. The caller that receives one passes it to qbt_optimizer_free once.
typedef struct qbt_optimizer qbt_optimizer;

typedef enum qbt_dtype {
  QBT_FLOAT32 = 0,
  QBT_FLOAT64 = 1,
  QBT_INT64 = 2,
  QBT_BOOL = 3,
} qbt_dtype;

/// A device: -1 is the processor, n >= 0 the CUDA device n.
typedef int32_t qbt_device;
enum { QBT_CPU = -1 };

QBT_BEGIN
/// Thread-local; the reason of the latest failure on this thread.
const char *qbt_last_error(void) QBT_NOEXCEPT;
QBT_END

#endif
