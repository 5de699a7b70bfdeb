#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/variable.h>

#include <cmath>

#include "shim.hpp"

using namespace qbt;

struct qbt_optimizer {
  struct State {
    int64_t steps = 0;
    std::vector<at::Tensor> slots;
  };

  std::vector<at::Tensor> parameters;
  std::vector<State> states;
  size_t slots;
  double learning_rate;
  double weight_decay;

  qbt_optimizer(std::vector<at::Tensor> values, size_t slot_count, double rate, double decay)
      : parameters(std::move(values)), slots(slot_count), learning_rate(rate),
        weight_decay(decay) {
    c10::AutoGradMode off(false);
    for (const auto &parameter : parameters) {
      if (!parameter.is_leaf()) throw std::invalid_argument("a parameter is not a leaf tensor");
      if (!at::isFloatingType(parameter.scalar_type())) {
        throw std::invalid_argument("a parameter is not of a floating-point type");
      }
      State state;
      for (size_t slot = 0; slot < slots; ++slot) {
        state.slots.push_back(at::zeros_like(parameter, at::MemoryFormat::Contiguous));
      }
      states.push_back(std::move(state));
    }
  }
  virtual ~qbt_optimizer() = default;

  /// Moves one parameter along its gradient; `state.steps` counts this step already.
  virtual void update(at::Tensor &parameter, const at::Tensor &gradient, State &state) = 0;

  State &state(size_t parameter) {
    if (parameter >= states.size()) throw std::out_of_range("no such parameter");
    return states[parameter];
  }
  at::Tensor &slot(size_t parameter, size_t index) {
    auto &found = state(parameter);
    if (index >= found.slots.size()) throw std::out_of_range("no such slot");
    return found.slots[index];
  }
};

namespace {

/// Whether raw loops may run over the elements of both tensors in step.
bool plain(const at::Tensor &parameter, const at::Tensor &gradient) {
  return parameter.device().is_cpu() && parameter.is_contiguous() && gradient.is_contiguous() &&
         parameter.scalar_type() == gradient.scalar_type() &&
         parameter.sizes() == gradient.sizes() &&
         (parameter.scalar_type() == at::kFloat || parameter.scalar_type() == at::kDouble);
}

struct Adam final : qbt_optimizer {
  double beta1, beta2, epsilon;
  bool decoupled;

  Adam(std::vector<at::Tensor> values, double rate, double b1, double b2, double eps, double decay,
       bool is_decoupled)
      : qbt_optimizer(std::move(values), 2, rate, decay), beta1(b1), beta2(b2), epsilon(eps),
        decoupled(is_decoupled) {}

  void update(at::Tensor &parameter, const at::Tensor &gradient, State &state) override {
    const double t = static_cast<double>(state.steps);
    const double step = learning_rate / (1 - std::pow(beta1, t));
    const double root = std::sqrt(1 - std::pow(beta2, t));
    auto &m = state.slots[0];
    auto &v = state.slots[1];
    if (plain(parameter, gradient)) {
      if (parameter.scalar_type() == at::kFloat) {
        fused<float>(parameter, gradient, m, v, step, root);
      } else {
        fused<double>(parameter, gradient, m, v, step, root);
      }
      return;
    }
    at::Tensor g = gradient;
    if (decoupled) {
      parameter.mul_(1 - learning_rate * weight_decay);
    } else if (weight_decay != 0) {
      g = g + parameter * weight_decay;
    }
    m.mul_(beta1).add_(g, 1 - beta1);
    v.mul_(beta2).addcmul_(g, g, 1 - beta2);
    parameter.addcdiv_(m, v.sqrt().div_(root).add_(epsilon), -step);
  }

  /// One pass over memory instead of a dozen.
  template <class Real>
  void fused(at::Tensor &parameter, const at::Tensor &gradient, at::Tensor &moment1,
             at::Tensor &moment2, double step_size, double root_correction) const {
    Real *p = parameter.data_ptr<Real>();
    const Real *g = gradient.data_ptr<Real>();
    Real *m = moment1.data_ptr<Real>();
    Real *v = moment2.data_ptr<Real>();
    const Real b1 = static_cast<Real>(beta1), b2 = static_cast<Real>(beta2);
    const Real c1 = static_cast<Real>(1 - beta1), c2 = static_cast<Real>(1 - beta2);
    const Real eps = static_cast<Real>(epsilon), step = static_cast<Real>(step_size);
    const Real root = static_cast<Real>(root_correction);
    const Real shrink = static_cast<Real>(decoupled ? 1 - learning_rate * weight_decay : 1);
    const Real coupled = static_cast<Real>(decoupled ? 0 : weight_decay);
    const int64_t count = parameter.numel();
    for (int64_t i = 0; i < count; ++i) {
      const Real d = g[i] + coupled * p[i];
      m[i] = b1 * m[i] + c1 * d;
      v[i] = b2 * v[i] + c2 * (d * d);
      // The builtin sets no errno, so the loop can be vectorised.
      p[i] = shrink * p[i] - step * (m[i] / (__builtin_elementwise_sqrt(v[i]) / root + eps));
    }
  }
};

struct GradientDescent final : qbt_optimizer {
  double momentum;

  GradientDescent(std::vector<at::Tensor> values, double rate, double heavy_ball, double decay)
      : qbt_optimizer(std::move(values), heavy_ball != 0 ? 1 : 0, rate, decay),
        momentum(heavy_ball) {}

  void update(at::Tensor &parameter, const at::Tensor &gradient, State &state) override {
    at::Tensor g = weight_decay != 0 ? gradient + parameter * weight_decay : gradient;
    if (momentum != 0) g = state.slots[0].mul_(momentum).add_(g);
    parameter.add_(g, -learning_rate);
  }
};

} // namespace

int32_t qbt_adam_new(qbt_tensor *const *parameters, size_t count, double learning_rate,
                     double beta1, double beta2, double epsilon, double weight_decay,
                     int32_t decoupled, qbt_optimizer **out) noexcept {
  return guarded([&] {
    *out = nullptr;
    *out = new Adam(collect(parameters, count), learning_rate, beta1, beta2, epsilon,
                    weight_decay, decoupled != 0);
  });
}

int32_t qbt_sgd_new(qbt_tensor *const *parameters, size_t count, double learning_rate,
                    double momentum, double weight_decay, qbt_optimizer **out) noexcept {
  return guarded([&] {
    *out = nullptr;
    *out =
        new GradientDescent(collect(parameters, count), learning_rate, momentum, weight_decay);
  });
}

void qbt_optimizer_free(qbt_optimizer *o) noexcept { delete o; }

int32_t qbt_optimizer_step(qbt_optimizer *o) noexcept {
  return guarded([&] {
    c10::AutoGradMode off(false);
    for (size_t i = 0; i < o->parameters.size(); ++i) {
      const at::Tensor gradient = o->parameters[i].grad();
      if (!gradient.defined()) continue;
      o->states[i].steps += 1;
      o->update(o->parameters[i], gradient, o->states[i]);
    }
  });
}

int32_t qbt_optimizer_clear_grads(qbt_optimizer *o) noexcept {
  return guarded([&] {
    for (auto &parameter : o->parameters) parameter.mutable_grad() = at::Tensor();
  });
}

void qbt_optimizer_set_learning_rate(qbt_optimizer *o, double learning_rate) noexcept {
  o->learning_rate = learning_rate;
}

double qbt_optimizer_learning_rate(const qbt_optimizer *o) noexcept { return o->learning_rate; }

// State

size_t qbt_optimizer_slots(const qbt_optimizer *o) noexcept { return o->slots; }

int32_t qbt_optimizer_steps(const qbt_optimizer *o, size_t parameter, int64_t *out) noexcept {
  return guarded([&] { *out = const_cast<qbt_optimizer *>(o)->state(parameter).steps; });
}

int32_t qbt_optimizer_set_steps(qbt_optimizer *o, size_t parameter, int64_t steps) noexcept {
  return guarded([&] {
    if (steps < 0) throw std::invalid_argument("a step count cannot be negative");
    o->state(parameter).steps = steps;
  });
}

int32_t qbt_optimizer_slot(const qbt_optimizer *o, size_t parameter, size_t slot,
                           qbt_tensor **out) noexcept {
  return giving(
      out, [&] { return const_cast<qbt_optimizer *>(o)->slot(parameter, slot).clone(); });
}

int32_t qbt_optimizer_set_slot(qbt_optimizer *o, size_t parameter, size_t slot,
                               const qbt_tensor *value) noexcept {
  return guarded([&] {
    auto &target = o->slot(parameter, slot);
    if (target.sizes() != value->value.sizes()) {
      throw std::invalid_argument("optimiser state of another shape than its parameter");
    }
    c10::AutoGradMode off(false);
    target.copy_(value->value);
  });
}
