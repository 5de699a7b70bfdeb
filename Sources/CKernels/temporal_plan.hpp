// Dilated convolutions on top of each other, each followed by a PReLU, read by 1×1 convolutions
// (Wiese et al., 2020, section 3).
//
// One sample at a time goes through all layers, as rows of channels, one row a step, so that its
// values stay in the second-level cache. A convolution is then one product of matrices a tap, whose
// factor is the same rows, moved by the dilation.

namespace qbk::QBK_PATH_NAMESPACE {

using TemporalShape = qbk_temporal_shape;

/// One convolution, and where its values lie among those of all layers.
struct TemporalLayer {
  Size inputs, outputs, taps, dilation;
  /// Rows before and after.
  Size steps_in, steps;
  /// Floats from row to row before and after; those beyond the channels are zero.
  Size row_in, row;
  /// Where its rows begin.
  Size offset;
  bool read;

  /// Floats of all taps.
  Size weights() const { return taps * panel_floats(inputs, outputs); }
  Size turned() const { return taps * panel_floats(outputs, inputs); }
};

/// Sizes that follow from the network's.
struct TemporalPlan {
  const TemporalShape shape;
  TemporalLayer layers[QBK_TEMPORAL_LAYERS];
  /// Channels of the input, floats of one of its rows and of one of the output's, and output steps.
  Size inputs, row_in, row_out, steps;
  /// Floats of all layers' values for one sample, and of the largest set of rows among them and the
  /// input.
  Size values = 0, widest;

  explicit TemporalPlan(const TemporalShape &s) : shape(s) {
    inputs = s.layers[0].inputs;
    row_in = vectors(inputs) * lanes;
    row_out = vectors(s.outputs) * lanes;
    steps = s.length;
    widest = s.length * row_in;
    Size row = row_in;
    for (Size i = 0; i < s.count; ++i) {
      const qbk_temporal_layer &given = s.layers[i];
      const Size before = steps, row_before = row;
      steps -= (given.taps - 1) * given.dilation;
      row = vectors(given.outputs) * lanes;
      layers[i] = {given.inputs, given.outputs, given.taps, given.dilation, before,
                   steps,        row_before,    row,        values,         given.read != 0};
      values += lines(steps * row);
      if (steps * row > widest) widest = steps * row;
    }
  }

  /// Where the rows begin that the output reads.
  Size latest(const TemporalLayer &layer) const { return (layer.steps - steps) * layer.row; }
};

/// Weights as products take them, or sums of their gradients.
struct TemporalWeights {
  struct Layer {
    /// A panel a tap: inputs to outputs, and back.
    float *weight, *turned;
    float *bias;
    float slope;
    /// NULL where the layer is not read.
    float *head, *head_turned;
  };
  Layer layers[QBK_TEMPORAL_LAYERS];
  float *bias;

  QBK_INLINE TemporalWeights lay_out(const TemporalPlan &plan, Area &area) {
    TemporalWeights w;
    const Size outputs = plan.shape.outputs;
    for (Size i = 0; i < plan.shape.count; ++i) {
      const TemporalLayer &layer = plan.layers[i];
      w.layers[i].weight = area.take(layer.weights());
      w.layers[i].turned = area.take(layer.turned());
      w.layers[i].bias = area.take(layer.row);
      w.layers[i].slope = 0;
      const bool read = layer.read;
      w.layers[i].head = read ? area.take(panel_floats(layer.outputs, outputs)) : nullptr;
      w.layers[i].head_turned = read ? area.take(panel_floats(outputs, layer.outputs)) : nullptr;
    }
    w.bias = area.take(plan.row_out);
    return w;
  }
};

/// Sums of gradients: `weight` a panel [outputs, inputs] a tap, `head` [outputs, channels].
struct TemporalSums {
  struct Layer {
    float *weight, *bias, *head;
    double slope;
  };
  Layer layers[QBK_TEMPORAL_LAYERS];
  float *bias;

  QBK_INLINE TemporalSums lay_out(const TemporalPlan &plan, Area &area) {
    TemporalSums sums;
    float *const first = area.next();
    const Size before = area.used;
    for (Size i = 0; i < plan.shape.count; ++i) {
      const TemporalLayer &layer = plan.layers[i];
      sums.layers[i].weight = area.take(layer.turned());
      sums.layers[i].bias = area.take(layer.row);
      sums.layers[i].head =
          layer.read ? area.take(panel_floats(plan.shape.outputs, layer.outputs)) : nullptr;
      sums.layers[i].slope = 0;
    }
    sums.bias = area.take(plan.row_out);
    if (first) std::memset(first, 0, (area.used - before) * sizeof(float));
    return sums;
  }
};

/// `count` floats, and zeros up to the end of the row.
QBK_INLINE void fill_row(float *row, Size floats, const float *values, Size count) {
  for (Size i = 0; i < floats; ++i) row[i] = i < count ? values[i] : 0;
}

/// Floats of one tap's weights, as PyTorch has them.
QBK_INLINE Size widest_tap(const TemporalPlan &plan) {
  Size widest = 0;
  for (Size i = 0; i < plan.shape.count; ++i) {
    const Size floats = plan.layers[i].inputs * plan.layers[i].outputs;
    if (floats > widest) widest = floats;
  }
  return widest;
}

/// `one_tap` has room for `widest_tap`.
static void pack_temporal(const TemporalPlan &plan, const float *const *tensors, float *one_tap,
                          TemporalWeights &to) {
  for (Size i = 0; i < plan.shape.count; ++i) {
    const TemporalLayer &layer = plan.layers[i];
    const float *const weight = *tensors++;
    for (Size tap = 0; tap < layer.taps; ++tap) {
      for (Size k = 0; k < layer.inputs * layer.outputs; ++k) {
        one_tap[k] = weight[k * layer.taps + tap];
      }
      const Size there = layer.weights() / layer.taps, back = layer.turned() / layer.taps;
      pack_panels(one_tap, layer.inputs, layer.outputs, true, 1, to.layers[i].weight + tap * there);
      pack_panels(one_tap, layer.outputs, layer.inputs, false, 1, to.layers[i].turned + tap * back);
    }
    fill_row(to.layers[i].bias, layer.row, *tensors++, layer.outputs);
    to.layers[i].slope = **tensors++;
  }
  const Size outputs = plan.shape.outputs;
  for (Size i = 0; i < plan.shape.count; ++i) {
    if (!plan.layers[i].read) continue;
    const Size channels = plan.layers[i].outputs;
    pack_panels(*tensors, channels, outputs, true, 1, to.layers[i].head);
    pack_panels(*tensors++, outputs, channels, false, 1, to.layers[i].head_turned);
  }
  fill_row(to.bias, plan.row_out, *tensors, outputs);
}

static void unpack_temporal(const TemporalPlan &plan, const TemporalSums &sums, float *one_tap,
                            float *const *tensors) {
  for (Size i = 0; i < plan.shape.count; ++i) {
    const TemporalLayer &layer = plan.layers[i];
    float *const weight = *tensors++;
    for (Size tap = 0; tap < layer.taps; ++tap) {
      const Size back = layer.turned() / layer.taps;
      unpack_panels(sums.layers[i].weight + tap * back, layer.outputs, layer.inputs, 1, one_tap);
      for (Size k = 0; k < layer.inputs * layer.outputs; ++k) {
        weight[k * layer.taps + tap] = one_tap[k];
      }
    }
    std::memcpy(*tensors++, sums.layers[i].bias, layer.outputs * sizeof(float));
    **tensors++ = static_cast<float>(sums.layers[i].slope);
  }
  const Size outputs = plan.shape.outputs;
  for (Size i = 0; i < plan.shape.count; ++i) {
    if (!plan.layers[i].read) continue;
    unpack_panels(sums.layers[i].head, outputs, plan.layers[i].outputs, 1, *tensors++);
  }
  std::memcpy(*tensors, sums.bias, outputs * sizeof(float));
}

} // namespace qbk::QBK_PATH_NAMESPACE
