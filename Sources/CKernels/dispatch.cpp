#include "table.hpp"

namespace {

const qbk::Table &table(qbk_path path) {
  switch (path) {
#if defined(__x86_64__)
  case QBK_AVX2: return qbk::avx2;
  case QBK_AVX512: return qbk::avx512;
#endif
  default: return qbk::portable;
  }
}

} // namespace

int32_t qbk_path_is_available(qbk_path path) noexcept {
  switch (path) {
  case QBK_PORTABLE: return 1;
#if defined(__x86_64__)
  case QBK_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  case QBK_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
  default: return 0;
  }
}

qbk_path qbk_best_path(void) noexcept {
  if (qbk_path_is_available(QBK_AVX512)) return QBK_AVX512;
  return qbk_path_is_available(QBK_AVX2) ? QBK_AVX2 : QBK_PORTABLE;
}

size_t qbk_recurrent_kept(qbk_path path, qbk_cell cell,
                          const qbk_recurrent_shape *shape) noexcept {
  return table(path).cells[cell].kept(*shape);
}

size_t qbk_recurrent_scratch(qbk_path path, qbk_cell cell,
                             const qbk_recurrent_shape *shape) noexcept {
  return table(path).cells[cell].scratch(*shape);
}

void qbk_recurrent_forward(qbk_path path, qbk_cell cell, const qbk_recurrent_shape *shape,
                           const qbk_recurrent_weights *weights, const float *x, const float *mask,
                           float *output, float *last, float *kept, float *scratch) noexcept {
  table(path).cells[cell].forward(*shape, *weights, x, mask, output, last, kept, scratch);
}

void qbk_recurrent_backward(qbk_path path, qbk_cell cell, const qbk_recurrent_shape *shape,
                            const qbk_recurrent_weights *weights, const float *mask,
                            const float *d_output, const float *d_last, const float *kept,
                            const qbk_recurrent_gradients *gradients, float *scratch) noexcept {
  table(path).cells[cell].backward(*shape, *weights, mask, d_output, d_last, kept, *gradients,
                                   scratch);
}

size_t qbk_encoder_kept(qbk_path path, const qbk_encoder_shape *shape) noexcept {
  return table(path).encoder.kept(*shape);
}

size_t qbk_encoder_scratch(qbk_path path, const qbk_encoder_shape *shape) noexcept {
  return table(path).encoder.scratch(*shape);
}

void qbk_encoder_forward(qbk_path path, const qbk_encoder_shape *shape,
                         const qbk_encoder_weights *weights, const qbk_encoder_masks *masks,
                         const float *x, float *output, float *kept, float *scratch) noexcept {
  table(path).encoder.forward(*shape, *weights, *masks, x, output, kept, scratch);
}

void qbk_encoder_backward(qbk_path path, const qbk_encoder_shape *shape,
                          const qbk_encoder_weights *weights, const qbk_encoder_masks *masks,
                          const float *d_output, const float *kept,
                          const qbk_encoder_gradients *gradients, float *scratch) noexcept {
  table(path).encoder.backward(*shape, *weights, *masks, d_output, kept, *gradients, scratch);
}

void qbk_batch_norm_forward(qbk_path path, const qbk_batch_shape *shape, const float *x,
                            const float *gain, const float *shift, float *mean, float *variance,
                            float *inverse, float *y) noexcept {
  table(path).batch_norm.forward(*shape, x, gain, shift, mean, variance, inverse, y);
}

void qbk_batch_norm_backward(qbk_path path, const qbk_batch_shape *shape, const float *x,
                             const float *gain, const float *shift, const float *mean,
                             const float *inverse, const float *d_y, float *d_x, float *d_gain,
                             float *d_shift) noexcept {
  table(path).batch_norm.backward(*shape, x, gain, shift, mean, inverse, d_y, d_x, d_gain,
                                  d_shift);
}

size_t qbk_linear_scratch(qbk_path path, const qbk_linear_shape *shape) noexcept {
  return table(path).linear.scratch(*shape);
}

void qbk_linear_forward(qbk_path path, const qbk_linear_shape *shape, const float *x,
                        const float *weight, const float *bias, float *y,
                        float *scratch) noexcept {
  table(path).linear.forward(*shape, x, weight, bias, y, scratch);
}

void qbk_linear_backward(qbk_path path, const qbk_linear_shape *shape, const float *x,
                         const float *weight, const float *y, const float *d_y, float *d_x,
                         float *d_weight, float *d_bias, float *scratch) noexcept {
  table(path).linear.backward(*shape, x, weight, y, d_y, d_x, d_weight, d_bias, scratch);
}

size_t qbk_temporal_kept(qbk_path path, const qbk_temporal_shape *shape) noexcept {
  return table(path).temporal.kept(*shape);
}

size_t qbk_temporal_scratch(qbk_path path, const qbk_temporal_shape *shape) noexcept {
  return table(path).temporal.scratch(*shape);
}

void qbk_temporal_forward(qbk_path path, const qbk_temporal_shape *shape,
                          const float *const *weights, const float *x, float *y, float *kept,
                          float *scratch) noexcept {
  table(path).temporal.forward(*shape, weights, x, y, kept, scratch);
}

void qbk_temporal_backward(qbk_path path, const qbk_temporal_shape *shape,
                           const float *const *weights, const float *x, const float *d_y,
                           const float *kept, float *const *gradients, float *d_x,
                           float *scratch) noexcept {
  table(path).temporal.backward(*shape, weights, x, d_y, kept, gradients, d_x, scratch);
}

void qbk_temporal_critic(qbk_path path, const qbk_temporal_shape *shape,
                         const float *const *weights, const qbk_temporal_samples *samples,
                         float *const *gradients, qbk_temporal_losses *losses,
                         float *scratch) noexcept {
  table(path).temporal.critic(*shape, weights, *samples, gradients, *losses, scratch);
}
