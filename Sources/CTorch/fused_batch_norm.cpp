#include "fused.hpp"

using namespace qbt;

namespace {

qbk_batch_shape shape_of(const at::Tensor &x, double epsilon, bool rectified) {
  return {static_cast<size_t>(x.size(0)), static_cast<size_t>(x.size(1)),
          static_cast<float>(epsilon), rectified};
}

/// What the forward pass works out: the result, and a number a column.
struct Normalized {
  at::Tensor y, mean, variance, inverse;
};

Normalized run(const at::Tensor &x, const at::Tensor &gain, const at::Tensor &shift,
               double epsilon, bool rectified, qbk_path path) {
  const auto input = x.contiguous(), gains = gain.contiguous(), shifts = shift.contiguous();
  const auto column = [&] { return at::empty({x.size(1)}, x.options()); };
  const Normalized to{at::empty(x.sizes(), x.options()), column(), column(), column()};
  const auto shape = shape_of(x, epsilon, rectified);
  qbk_batch_norm_forward(path, &shape, floats(input), floats(gains), floats(shifts),
                         floats(to.mean), floats(to.variance), floats(to.inverse), floats(to.y));
  return to;
}

struct FusedBatchNorm : torch::autograd::Function<FusedBatchNorm> {
  static variable_list forward(AutogradContext *context, const at::Tensor &x,
                               const at::Tensor &gain, const at::Tensor &shift, double epsilon,
                               bool rectified, int64_t path) {
    const auto found = run(x, gain, shift, epsilon, rectified, static_cast<qbk_path>(path));
    context->save_for_backward({x, gain, shift, found.mean, found.inverse});
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["rectified"] = rectified;
    context->saved_data["path"] = path;
    context->mark_non_differentiable({found.mean, found.variance});
    return {found.y, found.mean, found.variance};
  }

  static variable_list backward(AutogradContext *context, variable_list slopes) {
    const auto saved = context->get_saved_variables();
    const variable_list inputs(saved.begin(), saved.begin() + 3);
    const double epsilon = context->saved_data["epsilon"].toDouble();
    const auto path = static_cast<qbk_path>(context->saved_data["path"].toInt());
    const bool rectified = context->saved_data["rectified"].toBool();
    variable_list gradients(6);

    if (c10::GradMode::is_enabled()) {
      // These gradients will be differentiated: express them by functions that can be.
      const auto y =
          at::batch_norm(inputs[0], inputs[1], inputs[2], {}, {}, true, 0.0, epsilon, false);
      auto found = gradients_in_graph({rectified ? at::relu(y) : y}, {slopes[0]}, inputs);
      std::move(found.begin(), found.end(), gradients.begin());
      return gradients;
    }

    const auto x = inputs[0].contiguous(), gain = inputs[1].contiguous();
    const auto shift = inputs[2].contiguous(), slope = slopes[0].contiguous();
    if (inputs[0].requires_grad()) gradients[0] = at::empty(x.sizes(), x.options());
    gradients[1] = at::empty_like(gain);
    gradients[2] = at::empty_like(gain);
    const auto shape = shape_of(x, epsilon, rectified);
    qbk_batch_norm_backward(path, &shape, floats(x), floats(gain), floats(shift),
                            floats(saved[3]), floats(saved[4]), floats(slope),
                            floats(gradients[0]), floats(gradients[1]), floats(gradients[2]));
    return gradients;
  }
};

} // namespace

namespace qbt {

bool fused_batch_norm_fits(const at::Tensor &x, const variable_list &columns) {
  return x.dim() == 2 && x.numel() > 0 && fits_kernels(x) &&
         std::all_of(columns.begin(), columns.end(), [&](const at::Tensor &t) {
           return t.defined() && fits_kernels(t) && t.dim() == 1 && t.size(0) == x.size(1);
         });
}

at::Tensor fused_batch_norm(const at::Tensor &x, const at::Tensor &gain, const at::Tensor &shift,
                            const at::Tensor &running_mean, const at::Tensor &running_variance,
                            double momentum, double epsilon, bool rectified) {
  Normalized found;
  if (c10::GradMode::is_enabled() && any_requires_grad({x, gain, shift})) {
    const auto outputs = FusedBatchNorm::apply(x, gain, shift, epsilon, rectified,
                                               static_cast<int64_t>(fused_path()));
    found = {outputs[0], outputs[1], outputs[2], {}};
  } else {
    found = run(x, gain, shift, epsilon, rectified, fused_path());
  }
  const c10::NoGradGuard guard;
  const double rows = static_cast<double>(x.size(0));
  running_mean.mul_(1 - momentum).add_(found.mean, momentum);
  running_variance.mul_(1 - momentum).add_(found.variance, momentum * rows / (rows - 1));
  return found.y;
}

} // namespace qbt
