#include "fused.hpp"

using namespace qbt;

int32_t qbt_linear(const qbt_tensor *x, const qbt_tensor *weight, const qbt_tensor *bias,
                   qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::linear(x->value, weight->value, optional(bias)); });
}

int32_t qbt_conv1d(const qbt_tensor *x, const qbt_tensor *weight, const qbt_tensor *bias,
                   int64_t stride, int64_t padding, int64_t dilation, int64_t groups,
                   qbt_tensor **out) noexcept {
  return giving(out, [&] {
    return at::conv1d(x->value, weight->value, optional(bias), at::IntArrayRef(stride),
                      at::IntArrayRef(padding), at::IntArrayRef(dilation), groups);
  });
}

int32_t qbt_pad(const qbt_tensor *x, const int64_t *pads, size_t count, double value,
                qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::constant_pad_nd(x->value, list(pads, count), value); });
}

int32_t qbt_softmax(const qbt_tensor *x, int64_t dim, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::softmax(x->value, dim); });
}

int32_t qbt_log_softmax(const qbt_tensor *x, int64_t dim, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::log_softmax(x->value, dim); });
}

int32_t qbt_layer_norm(const qbt_tensor *x, const int64_t *sizes, size_t rank,
                       const qbt_tensor *weight, const qbt_tensor *bias, double epsilon,
                       qbt_tensor **out) noexcept {
  return giving(out, [&] {
    return at::layer_norm(x->value, list(sizes, rank), optional(weight), optional(bias), epsilon,
                          false);
  });
}

int32_t qbt_batch_norm(const qbt_tensor *x, const qbt_tensor *weight, const qbt_tensor *bias,
                       qbt_tensor *running_mean, qbt_tensor *running_var, int32_t training,
                       double momentum, double epsilon, int32_t rectified,
                       qbt_tensor **out) noexcept {
  return giving(out, [&] {
    const auto &v = x->value;
    // One value a channel has no variance; libtorch itself leaves this check to Python.
    if (training && v.dim() >= 2 && v.size(1) > 0 && v.numel() / v.size(1) < 2) {
      throw std::invalid_argument("batch_norm: training needs more than one value per channel");
    }
    if (training && weight && bias && running_mean && running_var &&
        fused_batch_norm_fits(
            v, {weight->value, bias->value, running_mean->value, running_var->value})) {
      return fused_batch_norm(v, weight->value, bias->value, running_mean->value,
                              running_var->value, momentum, epsilon, rectified != 0);
    }
    const auto y = at::batch_norm(v, optional(weight), optional(bias), optional(running_mean),
                                  optional(running_var), training != 0, momentum, epsilon, false);
    return rectified ? at::relu(y) : y;
  });
}

int32_t qbt_dropout(const qbt_tensor *x, double probability, qbt_generator *generator,
                    qbt_tensor **out) noexcept {
  return giving(out, [&]() -> at::Tensor {
    if (!(probability >= 0 && probability < 1)) {
      throw std::invalid_argument("dropout: probability must be in [0, 1)");
    }
    if (probability == 0) return x->value;
    // at::dropout would draw from the process-wide generator.
    const double kept = 1 - probability;
    const auto mask = at::empty_like(x->value.detach());
    draw(mask, kept, 1 / kept, generator);
    return x->value * mask;
  });
}

// Activations with a parameter

int32_t qbt_leaky_relu(const qbt_tensor *x, double slope, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::leaky_relu(x->value, slope); });
}

int32_t qbt_prelu(const qbt_tensor *x, const qbt_tensor *weight, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::prelu(x->value, weight->value); });
}

int32_t qbt_elu(const qbt_tensor *x, double alpha, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::elu(x->value, alpha); });
}

// Recurrent networks

int32_t qbt_lstm(const qbt_tensor *x, const qbt_tensor *h0, const qbt_tensor *c0,
                 const qbt_tensor *const *parameters, size_t count, int32_t biases,
                 int64_t layers, int32_t bidirectional, qbt_tensor **out, qbt_tensor **h,
                 qbt_tensor **c) noexcept {
  return guarded([&] {
    *out = *h = *c = nullptr;
    const auto weights = collect(parameters, count);
    const std::vector<at::Tensor> state{h0->value, c0->value};
    auto [y, last_h, last_c] =
        at::lstm(x->value, at::TensorList(state), at::TensorList(weights), biases != 0, layers,
                 /*dropout=*/0.0, /*train=*/false, bidirectional != 0, /*batch_first=*/true);
    auto first = std::make_unique<qbt_tensor>(std::move(y));
    auto second = std::make_unique<qbt_tensor>(std::move(last_h));
    give(std::move(last_c), c);
    *out = first.release();
    *h = second.release();
  });
}

int32_t qbt_gru(const qbt_tensor *x, const qbt_tensor *h0, const qbt_tensor *const *parameters,
                size_t count, int32_t biases, int64_t layers, int32_t bidirectional,
                qbt_tensor **out, qbt_tensor **h) noexcept {
  return guarded([&] {
    *out = *h = nullptr;
    const auto weights = collect(parameters, count);
    auto [y, last_h] =
        at::gru(x->value, h0->value, at::TensorList(weights), biases != 0, layers,
                /*dropout=*/0.0, /*train=*/false, bidirectional != 0, /*batch_first=*/true);
    auto first = std::make_unique<qbt_tensor>(std::move(y));
    give(std::move(last_h), h);
    *out = first.release();
  });
}

// Losses

int32_t qbt_mse_loss(const qbt_tensor *x, const qbt_tensor *target, qbt_loss_reduction reduction,
                     qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::mse_loss(x->value, target->value, reduction); });
}

int32_t qbt_huber_loss(const qbt_tensor *x, const qbt_tensor *target, double delta,
                       qbt_loss_reduction reduction, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::huber_loss(x->value, target->value, reduction, delta); });
}

int32_t qbt_smooth_l1_loss(const qbt_tensor *x, const qbt_tensor *target, double beta,
                           qbt_loss_reduction reduction, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::smooth_l1_loss(x->value, target->value, reduction, beta); });
}

int32_t qbt_bce_with_logits(const qbt_tensor *x, const qbt_tensor *target,
                            qbt_loss_reduction reduction, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    return at::binary_cross_entropy_with_logits(x->value, target->value, at::Tensor(),
                                                at::Tensor(), reduction);
  });
}

int32_t qbt_cross_entropy(const qbt_tensor *x, const qbt_tensor *target,
                          qbt_loss_reduction reduction, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    return at::cross_entropy_loss(x->value, target->value, at::Tensor(), reduction);
  });
}
