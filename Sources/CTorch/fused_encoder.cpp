#include <cmath>

#include "fused.hpp"

using namespace qbt;

namespace {

/// Where a layer's parameters lie in their list.
enum Parameter : size_t {
  in_weight, in_bias, out_weight, out_bias, up_weight, up_bias, down_weight, down_bias, gain1,
  shift1, gain2, shift2, parameter_count
};

/// What a layer is, besides its tensors.
struct Layer {
  int64_t heads;
  bool norm_first, last_only;
  double epsilon;
  qbk_path path;
  /// Dropout's factors as qbk_encoder_masks has them; undefined for none.
  at::Tensor attention, taken, inner, given;
};

at::Tensor masked(const at::Tensor &x, const at::Tensor &mask) {
  return mask.defined() ? x * mask : x;
}

/// libtorch's own operations, [batch, queries, width].
at::Tensor plain(const Layer &layer, const at::Tensor &x, at::TensorList p) {
  const int64_t batch = x.size(0), tokens = x.size(1), width = x.size(2);
  const auto norm = [&](const at::Tensor &rows, Parameter gain, Parameter shift) {
    return at::layer_norm(rows, {width}, p[gain], p[shift], layer.epsilon, false);
  };
  const auto feed_forward = [&](const at::Tensor &rows) {
    const auto wide = at::relu(at::linear(rows, p[up_weight], p[up_bias]));
    return masked(at::linear(masked(wide, layer.inner), p[down_weight], p[down_bias]), layer.given);
  };
  const auto source = layer.norm_first ? norm(x, gain1, shift1) : x;
  const auto parts = at::linear(source, p[in_weight], p[in_bias])
                         .view({batch, tokens, 3, layer.heads, width / layer.heads})
                         .permute({2, 0, 3, 1, 4});
  auto queries = parts[0] / std::sqrt(static_cast<double>(width / layer.heads));
  auto around = x;
  if (layer.last_only) {
    queries = queries.narrow(2, tokens - 1, 1);
    around = x.narrow(1, tokens - 1, 1);
  }
  auto weights = at::softmax(at::matmul(queries, parts[1].transpose(-1, -2)), -1);
  if (layer.attention.defined()) weights = weights * layer.attention.transpose(-1, -2);
  const auto mixed =
      at::matmul(weights, parts[2]).transpose(1, 2).reshape({batch, around.size(1), width});
  auto sum = around + masked(at::linear(mixed, p[out_weight], p[out_bias]), layer.taken);
  if (layer.norm_first) return sum + feed_forward(norm(sum, gain2, shift2));
  sum = norm(sum, gain1, shift1);
  return norm(sum + feed_forward(sum), gain2, shift2);
}

qbk_encoder_shape shape_of(const Layer &layer, const at::Tensor &x, at::TensorList p) {
  return {static_cast<size_t>(x.size(0)),
          static_cast<size_t>(x.size(1)),
          static_cast<size_t>(x.size(2)),
          static_cast<size_t>(layer.heads),
          static_cast<size_t>(p[up_weight].size(0)),
          layer.norm_first,
          layer.last_only,
          static_cast<float>(layer.epsilon)};
}

qbk_encoder_weights weights_of(at::TensorList p) {
  return {floats(p[in_weight]),   floats(p[in_bias]),   floats(p[out_weight]), floats(p[out_bias]),
          floats(p[up_weight]),   floats(p[up_bias]),   floats(p[down_weight]),
          floats(p[down_bias]),   floats(p[gain1]),     floats(p[shift1]),     floats(p[gain2]),
          floats(p[shift2])};
}

qbk_encoder_gradients gradients_of(const variable_list &g) {
  const at::TensorList p(g.data() + 1, parameter_count);
  const auto w = [&](Parameter which) { return floats(p[which]); };
  return {w(in_weight), w(in_bias),   w(out_weight), w(out_bias), w(up_weight), w(up_bias),
          w(down_weight), w(down_bias), w(gain1),    w(shift1),   w(gain2),     w(shift2),
          floats(g[0])};
}

qbk_encoder_masks masks_of(const Layer &layer) {
  return {floats(layer.attention), floats(layer.taken), floats(layer.inner), floats(layer.given)};
}

variable_list laid_out(at::TensorList tensors) {
  variable_list results;
  for (const auto &tensor : tensors) results.push_back(tensor.contiguous());
  return results;
}

/// Runs the kernel; `kept` is undefined where no backward pass follows.
at::Tensor run(const Layer &layer, const at::Tensor &x, at::TensorList parameters,
               const at::Tensor &kept) {
  const auto input = x.contiguous();
  const auto p = laid_out(parameters);
  const auto shape = shape_of(layer, input, p);
  const auto weights = weights_of(p);
  const auto masks = masks_of(layer);
  const auto scratch = workspace(qbk_encoder_scratch(layer.path, &shape));
  const auto output =
      at::empty({x.size(0), layer.last_only ? 1 : x.size(1), x.size(2)}, x.options());
  qbk_encoder_forward(layer.path, &shape, &weights, &masks, floats(input), floats(output),
                      floats(kept), floats(scratch));
  return output;
}

struct FusedEncoder : torch::autograd::Function<FusedEncoder> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x,
                            at::TensorList parameters, const Layer &layer) {
    const auto shape = shape_of(layer, x, parameters);
    const auto kept = workspace(qbk_encoder_kept(layer.path, &shape));
    const auto output = run(layer, x, parameters, kept);
    variable_list saved{x};
    saved.insert(saved.end(), parameters.begin(), parameters.end());
    for (const auto &t : {layer.attention, layer.taken, layer.inner, layer.given, kept}) {
      saved.push_back(t);
    }
    context->save_for_backward(std::move(saved));
    context->saved_data["heads"] = layer.heads;
    context->saved_data["norm_first"] = layer.norm_first;
    context->saved_data["last_only"] = layer.last_only;
    context->saved_data["epsilon"] = layer.epsilon;
    context->saved_data["path"] = static_cast<int64_t>(layer.path);
    return output;
  }

  static variable_list backward(AutogradContext *context, variable_list slopes) {
    constexpr size_t tensors = 1 + parameter_count;
    const auto saved = context->get_saved_variables();
    const Layer layer{context->saved_data["heads"].toInt(),
                      context->saved_data["norm_first"].toBool(),
                      context->saved_data["last_only"].toBool(),
                      context->saved_data["epsilon"].toDouble(),
                      static_cast<qbk_path>(context->saved_data["path"].toInt()),
                      saved[tensors],
                      saved[tensors + 1],
                      saved[tensors + 2],
                      saved[tensors + 3]};
    const at::Tensor kept = saved[tensors + 4];
    const variable_list inputs(saved.begin(), saved.begin() + tensors);
    const at::TensorList parameters(inputs.data() + 1, parameter_count);
    variable_list gradients(tensors + 1);

    if (c10::GradMode::is_enabled()) {
      // These gradients will be differentiated: express them by functions that can be.
      auto found = gradients_in_graph({plain(layer, inputs[0], parameters)}, slopes, inputs);
      std::move(found.begin(), found.end(), gradients.begin());
      return gradients;
    }

    for (size_t i = 0; i < tensors; ++i) {
      if (i > 0 || inputs[i].requires_grad()) {
        gradients[i] = at::empty_like(inputs[i], at::MemoryFormat::Contiguous);
      }
    }
    const auto p = laid_out(parameters);
    const auto shape = shape_of(layer, inputs[0], p);
    const auto weights = weights_of(p);
    const auto masks = masks_of(layer);
    const auto slope = slopes[0].contiguous();
    const auto to = gradients_of(gradients);
    const auto scratch = workspace(qbk_encoder_scratch(layer.path, &shape));
    qbk_encoder_backward(layer.path, &shape, &weights, &masks, floats(slope), floats(kept), &to,
                         floats(scratch));
    return gradients;
  }
};

void check_shapes(const Layer &layer, const at::Tensor &x, at::TensorList p) {
  if (x.dim() != 3) throw std::invalid_argument("encoder: the input is not [batch, tokens, width]");
  const int64_t width = x.size(2);
  if (x.size(1) < 1 || width < 1) throw std::invalid_argument("encoder: there are no tokens");
  if (layer.heads < 1 || width % layer.heads != 0) {
    throw std::invalid_argument("encoder: the heads do not divide the width");
  }
  const int64_t inner = p[up_weight].dim() == 2 ? p[up_weight].size(0) : 0;
  if (inner < 1) throw std::invalid_argument("encoder: linear1 has no rows");
  const std::vector<std::vector<int64_t>> expected{
      {3 * width, width}, {3 * width},    {width, width}, {width}, {inner, width}, {inner},
      {width, inner},     {width},        {width},        {width}, {width},        {width}};
  for (size_t i = 0; i < parameter_count; ++i) {
    if (p[i].sizes() != at::IntArrayRef(expected[i])) {
      throw std::invalid_argument("encoder: parameter " + std::to_string(i) +
                                  " does not have the shape it needs");
    }
  }
}

} // namespace

int32_t qbt_fused_encoder_layer(const qbt_tensor *x, const qbt_tensor *const *parameters,
                                size_t count, int64_t heads, int32_t norm_first,
                                int32_t last_only, double epsilon, double dropout,
                                qbt_generator *generator, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    if (count != parameter_count) {
      throw std::invalid_argument("encoder: a layer has twelve parameters");
    }
    const at::Tensor &input = x->value;
    const auto p = collect(parameters, count);
    Layer layer{heads, norm_first != 0, last_only != 0, epsilon, fused_path(), {}, {}, {}, {}};
    check_shapes(layer, input, p);
    const int64_t batch = input.size(0), tokens = input.size(1), width = input.size(2);
    const int64_t queries = layer.last_only ? 1 : tokens;
    const auto mask = [&](at::IntArrayRef sizes) {
      return dropout_mask(sizes, input, dropout, generator);
    };
    layer.attention = mask({batch, heads, tokens, queries});
    layer.taken = mask({batch, queries, width});
    layer.inner = mask({batch, queries, p[up_weight].size(0)});
    layer.given = mask({batch, queries, width});

    variable_list all{input};
    all.insert(all.end(), p.begin(), p.end());
    at::Tensor output;
    if (input.numel() == 0 || !std::all_of(all.begin(), all.end(), fits_kernels)) {
      output = plain(layer, input, p);
    } else if (c10::GradMode::is_enabled() && any_requires_grad(all)) {
      output = FusedEncoder::apply(input, at::TensorList(p), layer);
    } else {
      output = run(layer, input, p, {});
    }
    return layer.last_only ? output.squeeze(1) : output;
  });
}
