#ifndef QBT_FUSED_H
#define QBT_FUSED_H

#include "qbt_base.h"

QBT_BEGIN

// Whole layers as one function of the graph, computed by CKernels on the processor in float32.
// Other devices and element types, and gradients of gradients, take libtorch's own functions:
// slower, the same result but for the last bits.

/// Which instructions fused layers use in this process: a qbk_path, or -1 for the fastest there is.
/// Fails where they are not available.
QBT_STATUS qbt_fused_use_path(int32_t path) QBT_NOEXCEPT;
int32_t qbt_fused_path(void) QBT_NOEXCEPT;
int32_t qbt_fused_path_is_available(int32_t path) QBT_NOEXCEPT;

/// x weightᵀ + bias for x [rows, inputs], followed by a rectifier if `rectified`; bias may be NULL.
QBT_STATUS qbt_fused_linear(const qbt_tensor *x, const qbt_tensor *weight, const qbt_tensor *bias,
                            int32_t rectified, qbt_tensor **out) QBT_NOEXCEPT;

typedef enum qbt_fused_cell {
  QBT_FUSED_LSTM = 0,
  QBT_FUSED_GRU = 1,
} qbt_fused_cell;

/// x [batch, steps, features], from states of zero; parameters w_ih, w_hh, b_ih, b_hh of each layer
/// in PyTorch's layout. Between layers, elements are zeroed with probability `dropout`, drawn from
/// `generator`, which may be NULL where it is 0. Gives all states of the last layer
/// [batch, steps, hidden] and the last of them [batch, hidden].
QBT_STATUS qbt_fused_recurrent(qbt_fused_cell cell, const qbt_tensor *x,
                               const qbt_tensor *const *parameters, size_t count, double dropout,
                               qbt_generator *generator, qbt_tensor **out,
                               qbt_tensor **last) QBT_NOEXCEPT;

/// One layer of a transformer's encoder with a rectifier, over x [batch, tokens, width]; parameters
/// in_proj, out_proj, linear1, linear2, norm1 and norm2, weight and bias of each, in PyTorch's
/// layout. Elements are zeroed with probability `dropout` where PyTorch's layer does. Gives [batch,
/// tokens, width], or the last token's [batch, width].
QBT_STATUS qbt_fused_encoder_layer(const qbt_tensor *x, const qbt_tensor *const *parameters,
                                   size_t count, int64_t heads, int32_t norm_first,
                                   int32_t last_only, double epsilon, double dropout,
                                   qbt_generator *generator, qbt_tensor **out) QBT_NOEXCEPT;

QBT_END

#endif
