// Passes of one sample through all layers. With z = W a + b before a layer's PReLU and a after it,
// u = ∂/∂a and v = ∂/∂z: forward, backward, and the backward pass's own derivatives.

namespace qbk::QBK_PATH_NAMESPACE {

/// z = W a (+ b), over the steps that have all they need.
static void convolve(const TemporalLayer &layer, const float *in, const float *weight,
                     const float *bias, float *out) {
  const Size tap = layer.weights() / layer.taps, ahead = layer.dilation * layer.row_in;
  if (bias) {
    product<Start::bias>(in, layer.row_in, layer.steps, layer.inputs, weight, layer.outputs, bias,
                         out, layer.row);
  } else {
    product<Start::zero>(in, layer.row_in, layer.steps, layer.inputs, weight, layer.outputs,
                         nullptr, out, layer.row);
  }
  for (Size i = 1; i < layer.taps; ++i) {
    product<Start::sum>(in + i * ahead, layer.row_in, layer.steps, layer.inputs, weight + i * tap,
                        layer.outputs, nullptr, out, layer.row);
  }
}

/// u before the layer from v: the transpose of `convolve`.
static void convolve_back(const TemporalLayer &layer, const float *v, const float *turned,
                          float *u) {
  const Size tap = layer.turned() / layer.taps, ahead = layer.dilation * layer.row_in;
  product<Start::zero>(v, layer.row, layer.steps, layer.outputs, turned, layer.inputs, nullptr, u,
                       layer.row_in);
  const Size reached = layer.steps * layer.row_in;
  std::memset(u + reached, 0, (layer.steps_in * layer.row_in - reached) * sizeof(float));
  for (Size i = 1; i < layer.taps; ++i) {
    product<Start::sum>(v, layer.row, layer.steps, layer.outputs, turned + i * tap, layer.inputs,
                        nullptr, u + i * ahead, layer.row_in);
  }
}

/// Adds the outer products of v and what the layer took, a few steps at a time: these stay in the
/// first-level cache while all channels are taken through them.
static void add_weights(const TemporalLayer &layer, const float *v, const float *in, float *sum) {
  constexpr Size together = 64;
  const Size tap = layer.turned() / layer.taps;
  for (Size first = 0; first < layer.steps; first += together) {
    const Size count = layer.steps - first < together ? layer.steps - first : together;
    for (Size i = 0; i < layer.taps; ++i) {
      add_outer(sum + i * tap, v + first * layer.row, layer.row, layer.outputs,
                in + (first + i * layer.dilation) * layer.row_in, layer.row_in, layer.inputs,
                count);
    }
  }
}

/// PReLU: x where it is positive, else slope · x.
static void rectify(const float *x, float slope, Size floats, float *out) {
  for (Size i = 0; i < floats; i += lanes) {
    const Vector value = load(x + i);
    store(out + i, value > Vector(0.0f) ? value : slope * value);
  }
}

/// out = x where z is positive, else slope · x. Gives Σ x · other over the latter, which is the
/// slope's gradient.
static double gate(const float *z, const float *x, const float *other, float slope, Size floats,
                   float *out) {
  Vector sum = 0.0f;
  for (Size i = 0; i < floats; i += lanes) {
    const Vector value = load(x + i);
    const auto positive = load(z + i) > Vector(0.0f);
    sum += positive ? Vector(0.0f) : value * load(other + i);
    store(out + i, positive ? value : slope * value);
  }
  double total = 0;
  for (Size i = 0; i < lanes; ++i) total += static_cast<double>(sum[i]);
  return total;
}

/// Room for the passes of one sample.
struct TemporalRooms {
  /// The input's rows, and the output's.
  float *x, *y;
  /// Of a layer's rows each.
  float *a, *u, *v;

  QBK_INLINE TemporalRooms lay_out(const TemporalPlan &plan, Area &area) {
    return {area.take(plan.shape.length * plan.row_in), area.take(plan.steps * plan.row_out),
            area.take(plan.widest), area.take(plan.widest), area.take(plan.widest)};
  }
};

/// From the input's rows in `rooms.x`: every layer's z, and the output's rows in `rooms.y`.
static void pass_forward(const TemporalPlan &plan, const TemporalWeights &weights,
                         const TemporalRooms &rooms, float *z) {
  const Size outputs = plan.shape.outputs;
  for (Size t = 0; t < plan.steps; ++t) {
    std::memcpy(rooms.y + t * plan.row_out, weights.bias, plan.row_out * sizeof(float));
  }
  const float *in = rooms.x;
  for (Size i = 0; i < plan.shape.count; ++i) {
    const TemporalLayer &layer = plan.layers[i];
    const auto &own = weights.layers[i];
    convolve(layer, in, own.weight, own.bias, z + layer.offset);
    rectify(z + layer.offset, own.slope, layer.steps * layer.row, rooms.a);
    if (layer.read) {
      product<Start::sum>(rooms.a + plan.latest(layer), layer.row, plan.steps, layer.outputs,
                          own.head, outputs, nullptr, rooms.y, plan.row_out);
    }
    in = rooms.a;
  }
}

/// From the output's slopes `d_y`: adds to `sums`, unless NULL, and with `d_x` gives the input's
/// slopes. Each layer's u is kept in `u` under its offset, or in one place if `u` is NULL.
static void pass_backward(const TemporalPlan &plan, const TemporalWeights &weights,
                          const TemporalRooms &rooms, const float *z, const float *d_y, float *u,
                          TemporalSums *sums, float *d_x) {
  const Size outputs = plan.shape.outputs, last = plan.shape.count - 1;
  const auto place = [&](Size i) { return u ? u + plan.layers[i].offset : rooms.u; };
  if (sums) {
    const Size floats = plan.layers[last].steps * plan.layers[last].row;
    rectify(z + plan.layers[last].offset, weights.layers[last].slope, floats, rooms.a);
    add_rows(sums->bias, d_y, plan.row_out, outputs, plan.steps);
  }
  for (Size i = plan.shape.count; i-- > 0;) {
    const TemporalLayer &layer = plan.layers[i];
    const auto &own = weights.layers[i];
    float *const own_u = place(i);
    const float *const own_z = z + layer.offset;
    if (i == last) {
      product<Start::zero>(d_y, plan.row_out, plan.steps, outputs, own.head_turned, layer.outputs,
                           nullptr, own_u, layer.row);
    } else if (layer.read) {
      product<Start::sum>(d_y, plan.row_out, plan.steps, outputs, own.head_turned, layer.outputs,
                          nullptr, own_u + plan.latest(layer), layer.row);
    }
    const double slope = gate(own_z, own_u, own_z, own.slope, layer.steps * layer.row, rooms.v);
    if (sums) {
      auto &sum = sums->layers[i];
      sum.slope += slope;
      if (layer.read) {
        add_outer(sum.head, d_y, plan.row_out, outputs, rooms.a + plan.latest(layer), layer.row,
                  layer.outputs, plan.steps);
      }
      add_rows(sum.bias, rooms.v, layer.row, layer.outputs, layer.steps);
      if (i > 0) {
        rectify(z + plan.layers[i - 1].offset, weights.layers[i - 1].slope,
                layer.steps_in * layer.row_in, rooms.a);
      }
      add_weights(layer, rooms.v, i > 0 ? rooms.a : rooms.x, sum.weight);
    }
    if (i > 0 || d_x) convolve_back(layer, rooms.v, own.turned, i > 0 ? place(i - 1) : d_x);
  }
}

/// Differentiates the backward pass: given ∂/∂(the input's slopes) in `rooms.x`, each layer's u, and
/// the d_y that these came from, adds to `sums`.
///
/// u is linear in the weights and in d_y, so that its derivatives follow the way of a forward pass
/// without biases, on which the signs of z are given.
static void pass_again(const TemporalPlan &plan, const TemporalWeights &weights,
                       const TemporalRooms &rooms, const float *z, const float *u,
                       const float *d_y, TemporalSums &sums) {
  const float *in = rooms.x;
  for (Size i = 0; i < plan.shape.count; ++i) {
    const TemporalLayer &layer = plan.layers[i];
    const auto &own = weights.layers[i];
    auto &sum = sums.layers[i];
    const Size floats = layer.steps * layer.row;
    const float *const own_z = z + layer.offset, *const own_u = u + layer.offset;
    gate(own_z, own_u, own_z, own.slope, floats, rooms.v);
    add_weights(layer, rooms.v, in, sum.weight);
    convolve(layer, in, own.weight, nullptr, rooms.v);
    sum.slope += gate(own_z, rooms.v, own_u, own.slope, floats, rooms.a);
    if (layer.read) {
      add_outer(sum.head, d_y, plan.row_out, plan.shape.outputs, rooms.a + plan.latest(layer),
                layer.row, layer.outputs, plan.steps);
    }
    in = rooms.a;
  }
}

} // namespace qbk::QBK_PATH_NAMESPACE
