#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

#include <cmath>

#include "shim.hpp"

using namespace qbt;

int32_t qbt_set_requires_grad(qbt_tensor *t, int32_t requires_grad) noexcept {
  return guarded([&] { t->value.set_requires_grad(requires_grad != 0); });
}

int32_t qbt_requires_grad(const qbt_tensor *t) noexcept { return t->value.requires_grad(); }

int32_t qbt_detach(const qbt_tensor *t, qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.detach(); });
}

int32_t qbt_backward(const qbt_tensor *t, int32_t retain_graph, int32_t create_graph) noexcept {
  return guarded([&] {
    torch::autograd::backward({t->value}, {}, retain_graph != 0, create_graph != 0);
  });
}

int32_t qbt_grad(const qbt_tensor *output, const qbt_tensor *weights,
                 const qbt_tensor *const *inputs, size_t count, int32_t retain_graph,
                 int32_t create_graph, qbt_tensor **outs) noexcept {
  return guarded([&] {
    std::fill(outs, outs + count, nullptr);
    torch::autograd::variable_list seeds;
    if (weights) seeds.push_back(weights->value);
    auto gradients = torch::autograd::grad({output->value}, collect(inputs, count), seeds,
                                           retain_graph != 0, create_graph != 0,
                                           /*allow_unused=*/false);
    std::vector<std::unique_ptr<qbt_tensor>> owned;
    for (auto &gradient : gradients) {
      if (!gradient.defined()) throw std::runtime_error("an input has no gradient");
      owned.push_back(std::make_unique<qbt_tensor>(std::move(gradient)));
    }
    for (size_t i = 0; i < owned.size(); ++i) outs[i] = owned[i].release();
  });
}

int32_t qbt_tensor_grad(const qbt_tensor *t, qbt_tensor **out) noexcept {
  return guarded([&] {
    *out = nullptr;
    const at::Tensor gradient = t->value.grad();
    if (gradient.defined()) give(gradient, out);
  });
}

int32_t qbt_clear_grad(qbt_tensor *t) noexcept {
  return guarded([&] { t->value.mutable_grad() = at::Tensor(); });
}

int32_t qbt_clip_grad_norm(qbt_tensor *const *ts, size_t count, double limit,
                           double *norm) noexcept {
  return guarded([&] {
    c10::AutoGradMode off(false);
    double squares = 0;
    for (size_t i = 0; i < count; ++i) {
      const at::Tensor gradient = ts[i]->value.grad();
      if (!gradient.defined()) continue;
      const double one = at::linalg_vector_norm(gradient).item().toDouble();
      squares += one * one;
    }
    *norm = std::sqrt(squares);
    if (!std::isfinite(*norm) || *norm <= limit) return;
    for (size_t i = 0; i < count; ++i) {
      at::Tensor gradient = ts[i]->value.grad();
      if (gradient.defined()) gradient.mul_(limit / *norm);
    }
  });
}

int32_t qbt_clip_grad_value(qbt_tensor *const *ts, size_t count, double limit) noexcept {
  return guarded([&] {
    c10::AutoGradMode off(false);
    for (size_t i = 0; i < count; ++i) {
      at::Tensor gradient = ts[i]->value.grad();
      if (gradient.defined()) gradient.clamp_(-limit, limit);
    }
  });
}

int32_t qbt_swap_grad_mode(int32_t enabled) noexcept {
  const bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(enabled != 0);
  return before;
}
