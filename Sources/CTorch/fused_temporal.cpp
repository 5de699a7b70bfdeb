#include "fused.hpp"

using namespace qbt;

namespace {

constexpr size_t parameters_per_layer = 3;

/// What a network is, besides its tensors.
struct Network {
  std::vector<int64_t> dilations;
  std::vector<int64_t> read;
  qbk_path path;

  size_t depth() const { return dilations.size(); }
  size_t heads() const { return static_cast<size_t>(std::count(read.begin(), read.end(), 1)); }
  size_t parameters() const { return depth() * parameters_per_layer + heads() + 1; }
};

/// libtorch's own operations.
at::Tensor plain(const Network &network, const at::Tensor &x, at::TensorList p) {
  std::vector<at::Tensor> values;
  at::Tensor rows = x;
  for (size_t i = 0; i < network.depth(); ++i) {
    const auto *own = &p[i * parameters_per_layer];
    rows = at::prelu(
        at::conv1d(rows, own[0], own[1], at::IntArrayRef(1), at::IntArrayRef(int64_t{0}),
                   at::IntArrayRef(network.dilations[i])),
        own[2]);
    if (network.read[i]) values.push_back(rows);
  }
  const int64_t steps = rows.size(2);
  at::Tensor output = p.back().view({1, -1, 1});
  for (size_t i = 0; i < values.size(); ++i) {
    const auto latest = values[i].narrow(2, values[i].size(2) - steps, steps);
    output = output + at::conv1d(latest, p[network.depth() * parameters_per_layer + i]);
  }
  return output;
}

/// Layers and shape together, since the one points to the other.
struct Sizes {
  std::vector<qbk_temporal_layer> layers;
  qbk_temporal_shape shape;
  int64_t steps;

  Sizes(const Network &network, const at::Tensor &x, at::TensorList p) {
    steps = x.size(2);
    for (size_t i = 0; i < network.depth(); ++i) {
      const auto &weight = p[i * parameters_per_layer];
      const auto dilation = static_cast<size_t>(network.dilations[i]);
      layers.push_back({static_cast<size_t>(weight.size(1)), static_cast<size_t>(weight.size(0)),
                        static_cast<size_t>(weight.size(2)), dilation,
                        static_cast<int32_t>(network.read[i])});
      steps -= network.dilations[i] * (weight.size(2) - 1);
    }
    shape = {static_cast<size_t>(x.size(0)), static_cast<size_t>(x.size(2)),
             static_cast<size_t>(p.back().size(0)), layers.size(), layers.data()};
  }
  Sizes(const Sizes &) = delete;
};

template <class Pointer, class Tensors> std::vector<Pointer> pointers(const Tensors &tensors) {
  std::vector<Pointer> found;
  for (const auto &tensor : tensors) found.push_back(floats(tensor));
  return found;
}

variable_list laid_out(at::TensorList tensors) {
  variable_list results;
  for (const auto &tensor : tensors) results.push_back(tensor.contiguous());
  return results;
}

variable_list like(at::TensorList tensors) {
  variable_list results;
  for (const auto &tensor : tensors) {
    results.push_back(at::empty_like(tensor, at::MemoryFormat::Contiguous));
  }
  return results;
}

/// Runs the kernel; `kept` is undefined where no backward pass follows.
at::Tensor run(const Network &network, const at::Tensor &x, at::TensorList parameters,
               const at::Tensor &kept) {
  const auto input = x.contiguous();
  const auto p = laid_out(parameters);
  const Sizes sizes(network, input, p);
  const auto scratch = workspace(qbk_temporal_scratch(network.path, &sizes.shape));
  const auto output = at::empty({x.size(0), p.back().size(0), sizes.steps}, x.options());
  qbk_temporal_forward(network.path, &sizes.shape, pointers<const float *>(p).data(),
                       floats(input), floats(output), floats(kept), floats(scratch));
  return output;
}

struct FusedTemporal : torch::autograd::Function<FusedTemporal> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x,
                            at::TensorList parameters, const Network &network) {
    const Sizes sizes(network, x, parameters);
    const auto kept = workspace(qbk_temporal_kept(network.path, &sizes.shape));
    const auto output = run(network, x, parameters, kept);
    variable_list saved{x, kept};
    saved.insert(saved.end(), parameters.begin(), parameters.end());
    context->save_for_backward(std::move(saved));
    context->saved_data["dilations"] = network.dilations;
    context->saved_data["read"] = network.read;
    context->saved_data["path"] = static_cast<int64_t>(network.path);
    return output;
  }

  static variable_list backward(AutogradContext *context, variable_list slopes) {
    const auto saved = context->get_saved_variables();
    const Network network{context->saved_data["dilations"].toIntVector(),
                          context->saved_data["read"].toIntVector(),
                          static_cast<qbk_path>(context->saved_data["path"].toInt())};
    const at::Tensor kept = saved[1];
    variable_list inputs{saved[0]};
    inputs.insert(inputs.end(), saved.begin() + 2, saved.end());
    const at::TensorList parameters(inputs.data() + 1, inputs.size() - 1);
    variable_list gradients(inputs.size() + 1);

    if (c10::GradMode::is_enabled()) {
      // These gradients will be differentiated: express them by functions that can be.
      auto found = gradients_in_graph({plain(network, inputs[0], parameters)}, slopes, inputs);
      std::move(found.begin(), found.end(), gradients.begin());
      return gradients;
    }

    const auto x = inputs[0].contiguous(), d_y = slopes[0].contiguous();
    const auto p = laid_out(parameters);
    const Sizes sizes(network, x, p);
    variable_list found;
    if (any_requires_grad(variable_list(inputs.begin() + 1, inputs.end()))) {
      found = like(parameters);
      std::copy(found.begin(), found.end(), gradients.begin() + 1);
    }
    if (inputs[0].requires_grad()) gradients[0] = at::empty_like(x);
    const auto scratch = workspace(qbk_temporal_scratch(network.path, &sizes.shape));
    const auto to = pointers<float *>(found);
    qbk_temporal_backward(network.path, &sizes.shape, pointers<const float *>(p).data(),
                          floats(x), floats(d_y), floats(kept), found.empty() ? nullptr : to.data(),
                          floats(gradients[0]), floats(scratch));
    return gradients;
  }
};

Network network_of(const qbt_temporal_layer *layers, size_t depth) {
  Network network{{}, {}, fused_path()};
  for (size_t i = 0; i < depth; ++i) {
    network.dilations.push_back(layers[i].dilation);
    network.read.push_back(layers[i].read != 0);
  }
  return network;
}

void check_shapes(const Network &network, const at::Tensor &x, at::TensorList p) {
  const auto require = [](bool holds, const char *message) {
    if (!holds) throw std::invalid_argument(message);
  };
  require(x.dim() == 3 && x.size(1) > 0, "temporal: the input is not [batch, inputs, length]");
  require(network.depth() > 0 && network.read.back(), "temporal: the last layer is not read");
  require(p.size() == network.parameters(), "temporal: parameters are missing or too many");
  require(p.back().dim() == 1 && p.back().size(0) > 0, "temporal: the bias is not [outputs]");
  int64_t channels = x.size(1), steps = x.size(2);
  size_t head = network.depth() * parameters_per_layer;
  for (size_t i = 0; i < network.depth(); ++i) {
    const auto *own = &p[i * parameters_per_layer];
    require(network.dilations[i] > 0, "temporal: a dilation is not positive");
    require(own[0].dim() == 3 && own[0].size(1) == channels && own[0].numel() > 0,
            "temporal: a weight is not [outputs, inputs, taps]");
    channels = own[0].size(0);
    steps -= network.dilations[i] * (own[0].size(2) - 1);
    require(own[1].sizes() == at::IntArrayRef({channels}), "temporal: a bias is not [outputs]");
    require(own[2].sizes() == at::IntArrayRef({1}), "temporal: a slope is not [1]");
    require(!network.read[i] || p[head++].sizes() == at::IntArrayRef({p.back().size(0), channels, 1}),
            "temporal: a head is not [outputs, channels, 1]");
  }
  require(steps > 0, "temporal: there are fewer steps than the layers look back");
}

bool fits(const at::Tensor &x, size_t depth, at::TensorList p) {
  return x.numel() > 0 && depth <= QBK_TEMPORAL_LAYERS && fits_kernels(x) &&
         std::all_of(p.begin(), p.end(), fits_kernels);
}

} // namespace

int32_t qbt_fused_temporal(const qbt_tensor *x, const qbt_temporal_layer *layers, size_t depth,
                           const qbt_tensor *const *parameters, size_t count,
                           qbt_tensor **out) noexcept {
  return giving(out, [&] {
    const auto network = network_of(layers, depth);
    const auto p = collect(parameters, count);
    check_shapes(network, x->value, p);
    if (!fits(x->value, depth, p)) return plain(network, x->value, p);
    variable_list tensors{x->value};
    tensors.insert(tensors.end(), p.begin(), p.end());
    if (c10::GradMode::is_enabled() && any_requires_grad(tensors)) {
      return FusedTemporal::apply(x->value, at::TensorList(p), network);
    }
    return run(network, x->value, p, {});
  });
}

int32_t qbt_temporal_critic_fits(const qbt_tensor *real, size_t depth,
                                 const qbt_tensor *const *parameters, size_t count) noexcept {
  int32_t answer = 0;
  const int32_t status =
      guarded([&] { answer = fits(real->value, depth, collect(parameters, count)); });
  return status == 0 && answer;
}

int32_t qbt_temporal_critic(const qbt_tensor *real, const qbt_tensor *fake,
                            const qbt_tensor *epsilon, double factor, int64_t conditions,
                            const qbt_temporal_layer *layers, size_t depth,
                            qbt_tensor *const *parameters, size_t count, double *losses) noexcept {
  return guarded([&] {
    c10::AutoGradMode off(false);
    const auto network = network_of(layers, depth);
    const auto p = collect(parameters, count);
    const auto on_real = real->value.contiguous(), on_fake = fake->value.contiguous();
    const auto share = epsilon ? epsilon->value.contiguous() : at::Tensor();
    check_shapes(network, on_real, p);
    if (on_fake.sizes() != on_real.sizes()) {
      throw std::invalid_argument("temporal critic: fake is not of the shape of real");
    }
    if (epsilon && share.sizes() != at::IntArrayRef({on_real.size(0)})) {
      throw std::invalid_argument("temporal critic: epsilon is not [batch]");
    }
    if (conditions < 0 || conditions >= on_real.size(1)) {
      throw std::invalid_argument("temporal critic: conditions leave no input to penalize");
    }
    if (!fits(on_real, depth, p) || !fits_kernels(on_fake) ||
        (epsilon && !fits_kernels(share))) {
      throw std::invalid_argument("temporal critic: only float32 on the processor");
    }
    const auto weights = laid_out(p);
    const Sizes sizes(network, on_real, weights);
    const auto gradients = like(weights);
    const auto scratch = workspace(qbk_temporal_scratch(network.path, &sizes.shape));
    const qbk_temporal_samples samples{floats(on_real), floats(on_fake),
                                       epsilon ? floats(share) : nullptr,
                                       static_cast<float>(factor),
                                       static_cast<size_t>(on_real.size(1) - conditions)};
    qbk_temporal_losses found;
    qbk_temporal_critic(network.path, &sizes.shape, pointers<const float *>(weights).data(),
                        &samples, pointers<float *>(gradients).data(), &found, floats(scratch));
    for (size_t i = 0; i < p.size(); ++i) {
      if (!p[i].requires_grad()) continue;
      at::Tensor &gradient = p[i].mutable_grad();
      if (gradient.defined()) {
        gradient.add_(gradients[i]);
      } else {
        gradient = gradients[i];
      }
    }
    losses[0] = found.real;
    losses[1] = found.fake;
    losses[2] = found.penalty;
  });
}
