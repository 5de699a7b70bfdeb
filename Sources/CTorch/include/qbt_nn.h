#ifndef QBT_NN_H
#define QBT_NN_H

#include "qbt_base.h"

typedef enum qbt_loss_reduction {
  QBT_LOSS_NONE = 0,
  QBT_LOSS_MEAN = 1,
  QBT_LOSS_SUM = 2,
} qbt_loss_reduction;

QBT_BEGIN

// Layers; `bias`, `weight` and running statistics may be NULL where said

/// x Wᵀ + b; weight [out, in]; bias may be NULL.
QBT_STATUS qbt_linear(const qbt_tensor *x, const qbt_tensor *weight, const qbt_tensor *bias,
                      qbt_tensor **out) QBT_NOEXCEPT;
/// x [batch, in, length], weight [out, in / groups, kernel]; bias may be NULL.
QBT_STATUS qbt_conv1d(const qbt_tensor *x, const qbt_tensor *weight, const qbt_tensor *bias,
                      int64_t stride, int64_t padding, int64_t dilation, int64_t groups,
                      qbt_tensor **out) QBT_NOEXCEPT;
/// `pads` holds (before, after) pairs, last dimension first.
QBT_STATUS qbt_pad(const qbt_tensor *x, const int64_t *pads, size_t count, double value,
                   qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_softmax(const qbt_tensor *x, int64_t dim, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_log_softmax(const qbt_tensor *x, int64_t dim, qbt_tensor **out) QBT_NOEXCEPT;
/// Over the trailing dimensions of size `sizes`; weight and bias may be NULL.
QBT_STATUS qbt_layer_norm(const qbt_tensor *x, const int64_t *sizes, size_t rank,
                          const qbt_tensor *weight, const qbt_tensor *bias, double epsilon,
                          qbt_tensor **out) QBT_NOEXCEPT;
/// Over all dimensions but the second. Training updates the running statistics in place. If
/// `rectified` is not 0, what is below 0 becomes 0.
QBT_STATUS qbt_batch_norm(const qbt_tensor *x, const qbt_tensor *weight, const qbt_tensor *bias,
                          qbt_tensor *running_mean, qbt_tensor *running_var, int32_t training,
                          double momentum, double epsilon, int32_t rectified,
                          qbt_tensor **out) QBT_NOEXCEPT;
/// Zeroes each element with the probability given and scales the rest, drawing from `generator`.
QBT_STATUS qbt_dropout(const qbt_tensor *x, double probability, qbt_generator *generator,
                       qbt_tensor **out) QBT_NOEXCEPT;

// Activations with a parameter

QBT_STATUS qbt_leaky_relu(const qbt_tensor *x, double slope, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_prelu(const qbt_tensor *x, const qbt_tensor *weight, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_elu(const qbt_tensor *x, double alpha, qbt_tensor **out) QBT_NOEXCEPT;

// Recurrent networks; x [batch, steps, features]. For each layer (and direction, forward first) the
// parameters are W_ih, W_hh and, with biases, b_ih, b_hh; states are [layers × directions, batch,
// hidden]. No dropout between layers: that would draw from the process-wide generator.

QBT_STATUS qbt_lstm(const qbt_tensor *x, const qbt_tensor *h0, const qbt_tensor *c0,
                    const qbt_tensor *const *parameters, size_t count, int32_t biases,
                    int64_t layers, int32_t bidirectional, qbt_tensor **out, qbt_tensor **h,
                    qbt_tensor **c) QBT_NOEXCEPT;
QBT_STATUS qbt_gru(const qbt_tensor *x, const qbt_tensor *h0, const qbt_tensor *const *parameters,
                   size_t count, int32_t biases, int64_t layers, int32_t bidirectional,
                   qbt_tensor **out, qbt_tensor **h) QBT_NOEXCEPT;

// Losses

QBT_STATUS qbt_mse_loss(const qbt_tensor *x, const qbt_tensor *target, qbt_loss_reduction reduction,
                        qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_huber_loss(const qbt_tensor *x, const qbt_tensor *target, double delta,
                          qbt_loss_reduction reduction, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_smooth_l1_loss(const qbt_tensor *x, const qbt_tensor *target, double beta,
                              qbt_loss_reduction reduction, qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_bce_with_logits(const qbt_tensor *x, const qbt_tensor *target,
                               qbt_loss_reduction reduction, qbt_tensor **out) QBT_NOEXCEPT;
/// x [batch, classes], target [batch] of int64.
QBT_STATUS qbt_cross_entropy(const qbt_tensor *x, const qbt_tensor *target,
                             qbt_loss_reduction reduction, qbt_tensor **out) QBT_NOEXCEPT;

QBT_END

#endif
