// What each path offers to dispatch.cpp; not part of the C face.
#ifndef QBK_TABLE_HPP
#define QBK_TABLE_HPP

#include <cstring>
#include <initializer_list>

#include "CKernels.h"

namespace qbk {

using Size = size_t;
using Shape = qbk_recurrent_shape;
using Weights = qbk_recurrent_weights;
using Gradients = qbk_recurrent_gradients;

/// One recurrent layer on one path; see the functions of CKernels.h.
struct Recurrent {
  Size (*kept)(const Shape &);
  Size (*scratch)(const Shape &);
  void (*forward)(const Shape &, const Weights &, const float *x, const float *mask, float *output,
                  float *last, float *kept, float *scratch);
  void (*backward)(const Shape &, const Weights &, const float *mask, const float *d_output,
                   const float *d_last, const float *kept, const Gradients &, float *scratch);
};

/// An encoder layer on one path.
struct Encoder {
  Size (*kept)(const qbk_encoder_shape &);
  Size (*scratch)(const qbk_encoder_shape &);
  void (*forward)(const qbk_encoder_shape &, const qbk_encoder_weights &, const qbk_encoder_masks &,
                  const float *x, float *output, float *kept, float *scratch);
  void (*backward)(const qbk_encoder_shape &, const qbk_encoder_weights &,
                   const qbk_encoder_masks &, const float *d_output, const float *kept,
                   const qbk_encoder_gradients &, float *scratch);
};

/// Batch normalisation on one path.
struct BatchNorm {
  void (*forward)(const qbk_batch_shape &, const float *x, const float *gain, const float *shift,
                  float *mean, float *variance, float *inverse, float *y);
  void (*backward)(const qbk_batch_shape &, const float *x, const float *gain, const float *shift,
                   const float *mean, const float *inverse, const float *d_y, float *d_x,
                   float *d_gain, float *d_shift);
};

/// A linear layer on one path.
struct LinearLayer {
  Size (*scratch)(const qbk_linear_shape &);
  void (*forward)(const qbk_linear_shape &, const float *x, const float *weight, const float *bias,
                  float *y, float *scratch);
  void (*backward)(const qbk_linear_shape &, const float *x, const float *weight, const float *y,
                   const float *d_y, float *d_x, float *d_weight, float *d_bias, float *scratch);
};

/// Temporal convolutions on one path.
struct Temporal {
  Size (*kept)(const qbk_temporal_shape &);
  Size (*scratch)(const qbk_temporal_shape &);
  void (*forward)(const qbk_temporal_shape &, const float *const *weights, const float *x, float *y,
                  float *kept, float *scratch);
  void (*backward)(const qbk_temporal_shape &, const float *const *weights, const float *x,
                   const float *d_y, const float *kept, float *const *gradients, float *d_x,
                   float *scratch);
  void (*critic)(const qbk_temporal_shape &, const float *const *weights,
                 const qbk_temporal_samples &, float *const *gradients, qbk_temporal_losses &,
                 float *scratch);
};

struct Table {
  Recurrent cells[2];
  Encoder encoder;
  BatchNorm batch_norm;
  LinearLayer linear;
  Temporal temporal;
};

extern const Table portable;
#if defined(__x86_64__)
extern const Table avx2;
extern const Table avx512;
#endif

} // namespace qbk

#endif
