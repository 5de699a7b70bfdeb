#include "fused.hpp"

using namespace qbt;

namespace {

constexpr size_t parameters_per_layer = 4;

/// What a layer is, besides its tensors.
struct Layer {
  qbk_cell cell;
  /// Multiplied into the input; undefined for none. No gradient goes to it.
  at::Tensor mask;
  qbk_path path;

  int64_t gates() const { return cell == QBK_LSTM ? 4 : 3; }
};

struct States {
  at::Tensor all, last;
};

/// libtorch's own layer.
States plain(qbk_cell cell, const at::Tensor &x, const at::Tensor &mask,
             at::TensorList parameters) {
  const at::Tensor input = mask.defined() ? x * mask : x;
  const auto zeros = at::zeros({1, x.size(0), parameters[1].size(1)}, x.options());
  at::Tensor all;
  if (cell == QBK_LSTM) {
    all = std::get<0>(
        at::lstm(input, {zeros, zeros}, parameters, true, 1, 0.0, false, false, true));
  } else {
    all = std::get<0>(at::gru(input, zeros, parameters, true, 1, 0.0, false, false, true));
  }
  return {all, all.select(1, -1)};
}

qbk_recurrent_shape shape_of(const at::Tensor &x, const at::Tensor &w_hh) {
  return {static_cast<size_t>(x.size(0)), static_cast<size_t>(x.size(1)),
          static_cast<size_t>(x.size(2)), static_cast<size_t>(w_hh.size(1))};
}

qbk_recurrent_weights weights_of(const variable_list &p) {
  return {floats(p[0]), floats(p[1]), floats(p[2]), floats(p[3])};
}

/// Runs the kernel; `kept` is undefined where no backward pass follows.
States run(const Layer &layer, const at::Tensor &x, const variable_list &parameters,
           const at::Tensor &kept) {
  const auto shape = shape_of(x, parameters[1]);
  const auto weights = weights_of(parameters);
  const auto scratch = workspace(qbk_recurrent_scratch(layer.path, layer.cell, &shape));
  const int64_t hidden = parameters[1].size(1);
  States states{at::empty({x.size(0), x.size(1), hidden}, x.options()),
                at::empty({x.size(0), hidden}, x.options())};
  qbk_recurrent_forward(layer.path, layer.cell, &shape, &weights, floats(x), floats(layer.mask),
                        floats(states.all), floats(states.last), floats(kept), floats(scratch));
  return states;
}

struct FusedRecurrent : torch::autograd::Function<FusedRecurrent> {
  static variable_list forward(AutogradContext *context, const at::Tensor &x,
                               const at::Tensor &w_ih, const at::Tensor &w_hh,
                               const at::Tensor &b_ih, const at::Tensor &b_hh,
                               const Layer &layer) {
    const auto shape = shape_of(x, w_hh);
    const auto kept = workspace(qbk_recurrent_kept(layer.path, layer.cell, &shape));
    const auto input = x.contiguous();
    const auto states = run(
        layer, input,
        {w_ih.contiguous(), w_hh.contiguous(), b_ih.contiguous(), b_hh.contiguous()}, kept);
    context->save_for_backward({x, w_ih, w_hh, b_ih, b_hh, layer.mask, kept});
    context->saved_data["cell"] = static_cast<int64_t>(layer.cell);
    context->saved_data["path"] = static_cast<int64_t>(layer.path);
    context->set_materialize_grads(false);
    return {states.all, states.last};
  }

  static variable_list backward(AutogradContext *context, variable_list slopes) {
    const auto saved = context->get_saved_variables();
    const auto cell = static_cast<qbk_cell>(context->saved_data["cell"].toInt());
    const auto path = static_cast<qbk_path>(context->saved_data["path"].toInt());
    const variable_list inputs(saved.begin(), saved.begin() + 5);
    const at::Tensor mask = saved[5], kept = saved[6];
    variable_list gradients(6);
    if (!slopes[0].defined() && !slopes[1].defined()) return gradients;

    if (c10::GradMode::is_enabled()) {
      // These gradients will be differentiated: express them by functions that can be.
      const variable_list parameters(inputs.begin() + 1, inputs.end());
      const auto states = plain(cell, inputs[0], mask, parameters);
      auto found = gradients_in_graph({states.all, states.last}, slopes, inputs);
      std::move(found.begin(), found.end(), gradients.begin());
      return gradients;
    }

    variable_list parameters;
    for (size_t i = 1; i < inputs.size(); ++i) {
      parameters.push_back(inputs[i].contiguous());
      gradients[i] = at::empty_like(parameters.back());
    }
    if (inputs[0].requires_grad()) {
      gradients[0] = at::empty_like(inputs[0], at::MemoryFormat::Contiguous);
    }
    const auto shape = shape_of(inputs[0], inputs[2]);
    const auto weights = weights_of(parameters);
    const auto d_all = plain_layout(slopes[0]), d_last = plain_layout(slopes[1]);
    const auto scratch = workspace(qbk_recurrent_scratch(path, cell, &shape));
    const qbk_recurrent_gradients to{floats(gradients[1]), floats(gradients[2]),
                                     floats(gradients[3]), floats(gradients[4]),
                                     floats(gradients[0])};
    qbk_recurrent_backward(path, cell, &shape, &weights, floats(mask), floats(d_all),
                           floats(d_last), floats(kept), &to, floats(scratch));
    return gradients;
  }
};

void check_shapes(const at::Tensor &x, const Layer &layer, const variable_list &p) {
  if (x.dim() != 3) {
    throw std::invalid_argument("recurrent: the input is not [batch, steps, features]");
  }
  if (x.size(1) < 1) throw std::invalid_argument("recurrent: there are no steps");
  if (p[1].dim() != 2 || p[1].size(1) < 1) {
    throw std::invalid_argument("recurrent: w_hh is not [gates * hidden, hidden]");
  }
  const int64_t hidden = p[1].size(1), rows = layer.gates() * hidden;
  if (p[1].size(0) != rows) {
    throw std::invalid_argument("recurrent: w_hh is not [gates * hidden, hidden]");
  }
  if (p[0].sizes() != at::IntArrayRef({rows, x.size(2)})) {
    throw std::invalid_argument("recurrent: w_ih is not [gates * hidden, features]");
  }
  for (const auto &bias : {p[2], p[3]}) {
    if (bias.sizes() != at::IntArrayRef({rows})) {
      throw std::invalid_argument("recurrent: a bias is not [gates * hidden]");
    }
  }
}

States run_layer(const Layer &layer, const at::Tensor &x, const variable_list &p) {
  check_shapes(x, layer, p);
  const bool fused = x.numel() > 0 && fits_kernels(x) &&
                     std::all_of(p.begin(), p.end(), fits_kernels);
  if (!fused) return plain(layer.cell, x, layer.mask, p);
  variable_list tensors{x};
  tensors.insert(tensors.end(), p.begin(), p.end());
  if (c10::GradMode::is_enabled() && any_requires_grad(tensors)) {
    auto outputs = FusedRecurrent::apply(x, p[0], p[1], p[2], p[3], layer);
    return {outputs[0], outputs[1]};
  }
  variable_list laid_out;
  for (const auto &parameter : p) laid_out.push_back(parameter.contiguous());
  return run(layer, x.contiguous(), laid_out, {});
}

} // namespace

int32_t qbt_fused_recurrent(qbt_fused_cell cell, const qbt_tensor *x,
                            const qbt_tensor *const *parameters, size_t count, double dropout,
                            qbt_generator *generator, qbt_tensor **out,
                            qbt_tensor **last) noexcept {
  return guarded([&] {
    *out = *last = nullptr;
    if (count == 0 || count % parameters_per_layer != 0) {
      throw std::invalid_argument("recurrent: a layer has four parameters");
    }
    const auto weights = collect(parameters, count);
    Layer layer{cell == QBT_FUSED_LSTM ? QBK_LSTM : QBK_GRU, {}, fused_path()};
    States states{x->value, {}};
    for (size_t first = 0; first < count; first += parameters_per_layer) {
      layer.mask = first > 0
                       ? dropout_mask(states.all.sizes(), states.all, dropout, generator)
                       : at::Tensor();
      const auto begin = weights.begin() + static_cast<std::ptrdiff_t>(first);
      states = run_layer(layer, states.all, variable_list(begin, begin + parameters_per_layer));
    }
    auto all = std::make_unique<qbt_tensor>(std::move(states.all));
    give(std::move(states.last), last);
    *out = all.release();
  });
}
