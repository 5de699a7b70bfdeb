#ifndef QBT_AUTOGRAD_H
#define QBT_AUTOGRAD_H

#include "qbt_base.h"

QBT_BEGIN

QBT_STATUS qbt_set_requires_grad(qbt_tensor *t, int32_t requires_grad) QBT_NOEXCEPT;
int32_t qbt_requires_grad(const qbt_tensor *t) QBT_NOEXCEPT;
/// Shares the elements and leaves the graph behind.
QBT_STATUS qbt_detach(const qbt_tensor *t, qbt_tensor **out) QBT_NOEXCEPT;

/// Adds the gradients of a scalar to the leaves it depends on.
QBT_STATUS qbt_backward(const qbt_tensor *t, int32_t retain_graph,
                        int32_t create_graph) QBT_NOEXCEPT;
/// Gradients of the sum of `output` (weighted by `weights`, or NULL for a scalar output) by each
/// input, into `outs`, which has room for `count` handles.
QBT_STATUS qbt_grad(const qbt_tensor *output, const qbt_tensor *weights,
                    const qbt_tensor *const *inputs, size_t count, int32_t retain_graph,
                    int32_t create_graph, qbt_tensor **outs) QBT_NOEXCEPT;

/// The accumulated gradient of a leaf, sharing its elements; NULL where there is none.
QBT_STATUS qbt_tensor_grad(const qbt_tensor *t, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_clear_grad(qbt_tensor *t) QBT_NOEXCEPT;

/// Scales the gradients so that their joint Euclidean norm is at most `limit`; `norm` is the one
/// before. Leaves them alone where it is not finite.
QBT_STATUS qbt_clip_grad_norm(qbt_tensor *const *ts, size_t count, double limit,
                              double *norm) QBT_NOEXCEPT;
/// Clamps every gradient to [-limit, limit].
QBT_STATUS qbt_clip_grad_value(qbt_tensor *const *ts, size_t count, double limit) QBT_NOEXCEPT;

/// Sets this thread's recording of graphs and returns what it was.
int32_t qbt_swap_grad_mode(int32_t enabled) QBT_NOEXCEPT;

QBT_END

#endif
