#include "fused.hpp"

using namespace qbt;

namespace {

qbk_linear_shape shape_of(const at::Tensor &x, const at::Tensor &weight, bool rectified) {
  return {static_cast<size_t>(x.size(0)), static_cast<size_t>(x.size(1)),
          static_cast<size_t>(weight.size(0)), rectified};
}

c10::optional<at::Tensor> if_defined(const at::Tensor &t) {
  return t.defined() ? c10::make_optional(t) : c10::nullopt;
}

/// libtorch's own.
at::Tensor plain(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                 bool rectified) {
  const auto y = at::linear(x, weight, if_defined(bias));
  return rectified ? at::relu(y) : y;
}

at::Tensor run(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
               bool rectified, qbk_path path) {
  const auto input = x.contiguous(), weights = weight.contiguous(), added = plain_layout(bias);
  const auto shape = shape_of(x, weight, rectified);
  const auto y = at::empty({x.size(0), weight.size(0)}, x.options());
  const auto scratch = workspace(qbk_linear_scratch(path, &shape));
  qbk_linear_forward(path, &shape, floats(input), floats(weights), floats(added), floats(y),
                     floats(scratch));
  return y;
}

struct FusedLinear : torch::autograd::Function<FusedLinear> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x,
                            const at::Tensor &weight, const c10::optional<at::Tensor> &bias,
                            bool rectified, int64_t path) {
    const at::Tensor added = bias.value_or(at::Tensor());
    const auto y = run(x, weight, added, rectified, static_cast<qbk_path>(path));
    context->save_for_backward({x, weight, added, rectified ? y : at::Tensor()});
    context->saved_data["rectified"] = rectified;
    context->saved_data["path"] = path;
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list slopes) {
    const auto saved = context->get_saved_variables();
    const variable_list inputs(saved.begin(), saved.begin() + 3);
    const bool rectified = context->saved_data["rectified"].toBool();
    const auto path = static_cast<qbk_path>(context->saved_data["path"].toInt());
    variable_list gradients(5);

    if (c10::GradMode::is_enabled()) {
      // These gradients will be differentiated: express them by functions that can be.
      const auto y = plain(inputs[0], inputs[1], inputs[2], rectified);
      auto found = gradients_in_graph({y}, {slopes[0]}, inputs);
      std::move(found.begin(), found.end(), gradients.begin());
      return gradients;
    }

    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i].defined() && inputs[i].requires_grad()) {
        gradients[i] = at::empty(inputs[i].sizes(), inputs[i].options());
      }
    }
    const auto x = inputs[0].contiguous(), weight = inputs[1].contiguous();
    const auto slope = slopes[0].contiguous();
    const auto shape = shape_of(x, weight, rectified);
    const auto scratch = workspace(qbk_linear_scratch(path, &shape));
    qbk_linear_backward(path, &shape, floats(x), floats(weight), floats(saved[3]), floats(slope),
                        floats(gradients[0]), floats(gradients[1]), floats(gradients[2]),
                        floats(scratch));
    return gradients;
  }
};

/// Whether the kernel can compute it; shapes that do not fit are libtorch's to refuse.
bool fits(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias) {
  return x.dim() == 2 && weight.dim() == 2 && x.numel() > 0 && weight.numel() > 0 &&
         x.size(1) == weight.size(1) && fits_kernels(x) && fits_kernels(weight) &&
         (!bias.defined() ||
          (fits_kernels(bias) && bias.dim() == 1 && bias.size(0) == weight.size(0)));
}

} // namespace

int32_t qbt_fused_linear(const qbt_tensor *x, const qbt_tensor *weight, const qbt_tensor *bias,
                         int32_t rectified, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    const at::Tensor &input = x->value, &weights = weight->value;
    const at::Tensor added = bias ? bias->value : at::Tensor();
    if (!fits(input, weights, added)) return plain(input, weights, added, rectified != 0);
    if (c10::GradMode::is_enabled() && any_requires_grad({input, weights, added})) {
      return FusedLinear::apply(input, weights, if_defined(added), rectified != 0,
                                static_cast<int64_t>(fused_path()));
    }
    return run(input, weights, added, rectified != 0, fused_path());
  });
}
