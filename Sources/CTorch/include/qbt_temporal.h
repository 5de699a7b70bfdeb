#ifndef QBT_TEMPORAL_H
#define QBT_TEMPORAL_H

#include "qbt_base.h"

QBT_BEGIN

// Dilated convolutions on top of each other, each followed by a PReLU, read by 1×1 convolutions; in
// float32 on the processor computed by CKernels, as one function of the graph.
//
// Parameters come in one order: of each layer the weight [outputs, inputs, taps], bias [outputs] and
// slope [1]; then of each layer that is read a head [network's outputs, layer's outputs, 1]; then a
// bias [network's outputs].

typedef struct qbt_temporal_layer {
  int64_t dilation;
  /// Whether the network's output reads what the layer gives. The last layer has to be read.
  int32_t read;
} qbt_temporal_layer;

/// x [batch, inputs, length] to [batch, outputs, steps], the steps that have a full past. Other
/// devices and element types, and gradients of gradients, take libtorch's own functions.
QBT_STATUS qbt_fused_temporal(const qbt_tensor *x, const qbt_temporal_layer *layers, size_t depth,
                              const qbt_tensor *const *parameters, size_t count,
                              qbt_tensor **out) QBT_NOEXCEPT;

/// Whether `qbt_temporal_critic` can take them.
int32_t qbt_temporal_critic_fits(const qbt_tensor *real, size_t depth,
                                 const qbt_tensor *const *parameters, size_t count) QBT_NOEXCEPT;

/// Adds the gradients of fake - real + penalty to the parameters that require some. real and fake are
/// mean scores, a sample's score being the mean of its outputs; the penalty is `factor` times the mean
/// of (‖slopes‖ - 1)² at epsilon · real + (1 - epsilon) · fake, epsilon [batch]; slopes by the last
/// `conditions` inputs are left out. `losses` takes real, fake and penalty. float32 on the processor
/// only.
///
/// Where epsilon is NULL the loss is logarithmic, fake + real + penalty: real is the mean of
/// ln(1 + e^-score), fake of ln(1 + e^score), and the penalty `factor` times the mean of ‖slopes‖² at real.
QBT_STATUS qbt_temporal_critic(const qbt_tensor *real, const qbt_tensor *fake,
                               const qbt_tensor *epsilon, double factor, int64_t conditions,
                               const qbt_temporal_layer *layers, size_t depth,
                               qbt_tensor *const *parameters, size_t count,
                               double *losses) QBT_NOEXCEPT;

QBT_END

#endif
