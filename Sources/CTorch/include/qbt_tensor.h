#ifndef QBT_TENSOR_H
#define QBT_TENSOR_H

#include "qbt_base.h"

QBT_BEGIN

// Lifetime

void qbt_tensor_free(qbt_tensor *t) QBT_NOEXCEPT;
/// Handles given out and not yet freed, in the whole process.
int64_t qbt_live_tensors(void) QBT_NOEXCEPT;

// Creation; data are row-major and copied

QBT_STATUS qbt_tensor_from_f32(const float *data, const int64_t *sizes, size_t rank,
                               qbt_device device, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_from_f64(const double *data, const int64_t *sizes, size_t rank,
                               qbt_device device, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_from_i64(const int64_t *data, const int64_t *sizes, size_t rank,
                               qbt_device device, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_full(double value, const int64_t *sizes, size_t rank, qbt_dtype dtype,
                           qbt_device device, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_arange(double start, double end, double step, qbt_dtype dtype,
                             qbt_device device, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_eye(int64_t n, qbt_dtype dtype, qbt_device device,
                          qbt_tensor **out) QBT_NOEXCEPT;

// Reading

qbt_dtype qbt_tensor_dtype(const qbt_tensor *t) QBT_NOEXCEPT;
qbt_device qbt_tensor_device(const qbt_tensor *t) QBT_NOEXCEPT;
size_t qbt_tensor_rank(const qbt_tensor *t) QBT_NOEXCEPT;
/// Writes qbt_tensor_rank(t) sizes.
void qbt_tensor_sizes(const qbt_tensor *t, int64_t *out) QBT_NOEXCEPT;
int64_t qbt_tensor_count(const qbt_tensor *t) QBT_NOEXCEPT;
/// Copies out all elements, row-major; fails unless the element type and the capacity fit exactly.
QBT_STATUS qbt_tensor_copy_f32(const qbt_tensor *t, float *out, size_t capacity) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_copy_f64(const qbt_tensor *t, double *out, size_t capacity) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_copy_i64(const qbt_tensor *t, int64_t *out, size_t capacity) QBT_NOEXCEPT;
/// One byte an element, 0 or 1.
QBT_STATUS qbt_tensor_copy_bool(const qbt_tensor *t, uint8_t *out, size_t capacity) QBT_NOEXCEPT;
/// The only element of a tensor, whatever its type.
QBT_STATUS qbt_tensor_item(const qbt_tensor *t, double *out) QBT_NOEXCEPT;

// Conversion and copies

QBT_STATUS qbt_tensor_to(const qbt_tensor *t, qbt_dtype dtype, qbt_device device,
                         qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_clone(const qbt_tensor *t, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_contiguous(const qbt_tensor *t, qbt_tensor **out) QBT_NOEXCEPT;
/// Overwrites the elements of `t` with those of `from`, outside of any graph; shapes must be equal.
QBT_STATUS qbt_tensor_assign(qbt_tensor *t, const qbt_tensor *from) QBT_NOEXCEPT;
QBT_STATUS qbt_tensor_fill(qbt_tensor *t, double value) QBT_NOEXCEPT;

// Shape

QBT_STATUS qbt_reshape(const qbt_tensor *t, const int64_t *sizes, size_t rank,
                       qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_expand(const qbt_tensor *t, const int64_t *sizes, size_t rank,
                      qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_permute(const qbt_tensor *t, const int64_t *dims, size_t count,
                       qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_transpose(const qbt_tensor *t, int64_t a, int64_t b, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_squeeze(const qbt_tensor *t, int64_t dim, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_unsqueeze(const qbt_tensor *t, int64_t dim, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_cat(const qbt_tensor *const *ts, size_t count, int64_t dim,
                   qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_stack(const qbt_tensor *const *ts, size_t count, int64_t dim,
                     qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_slice(const qbt_tensor *t, int64_t dim, int64_t start, int64_t end, int64_t step,
                     qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_narrow(const qbt_tensor *t, int64_t dim, int64_t start, int64_t length,
                      qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_select(const qbt_tensor *t, int64_t dim, int64_t index,
                      qbt_tensor **out) QBT_NOEXCEPT;

// Indexing

QBT_STATUS qbt_gather(const qbt_tensor *t, int64_t dim, const qbt_tensor *index,
                      qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_index_select(const qbt_tensor *t, int64_t dim, const qbt_tensor *index,
                            qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_index_add(const qbt_tensor *t, int64_t dim, const qbt_tensor *index,
                         const qbt_tensor *source, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_masked_select(const qbt_tensor *t, const qbt_tensor *mask,
                             qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_masked_fill(const qbt_tensor *t, const qbt_tensor *mask, double value,
                           qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_where(const qbt_tensor *mask, const qbt_tensor *a, const qbt_tensor *b,
                     qbt_tensor **out) QBT_NOEXCEPT;

QBT_END

#endif
