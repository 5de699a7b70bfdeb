// A linear layer, with the rectifier that may follow it.

namespace qbk::QBK_PATH_NAMESPACE {

/// Rows that go through the layer together: with one panel of weights they stay in the cache.
constexpr Size linear_rows = 64;

/// Floats from one working row to the next: an odd number of cache lines, since rows that lie a
/// power of two apart would drive each other out of the cache.
QBK_INLINE Size working_row(Size columns) {
  const Size row = lines(columns);
  return row / 16 % 2 == 0 ? row + 16 : row;
}

/// Working memory of the passes; sizes only, where the area has none.
struct LinearPlan {
  const qbk_linear_shape &shape;
  Size row_in, row_out;
  /// Packed weights; sums of the weights' gradients; bias, or sums of its gradient.
  float *weights, *sums, *bias;
  /// A tile of each side.
  float *in, *out;

  LinearPlan(const qbk_linear_shape &s, Area &area)
      : shape(s), row_in(working_row(s.inputs)), row_out(working_row(s.outputs)) {
    const Size packed = panel_floats(s.inputs, s.outputs);
    const Size turned = panel_floats(s.outputs, s.inputs);
    weights = area.take(packed > turned ? packed : turned);
    sums = area.take(turned);
    bias = area.take(vectors(s.outputs) * lanes);
    in = area.take(linear_rows * row_in);
    out = area.take(linear_rows * row_out);
  }

  /// Calls `body(first row, count)` for tiles of rows.
  template <class Body> QBK_MEMBER void over_tiles(Body body) const {
    for (Size first = 0; first < shape.rows; first += linear_rows) {
      body(first, shape.rows - first < linear_rows ? shape.rows - first : linear_rows);
    }
  }
};

static Size linear_scratch(const qbk_linear_shape &shape) {
  Area area{nullptr};
  const LinearPlan plan(shape, area);
  return area.used;
}

/// to = from, or 0 where `sign` is not above 0 and `rectified`; by comparisons that do not hold for
/// NaN, which stays. What fills up the last vector is 0.
template <bool rectified>
static void copy_rows(const float *from, Size from_row, const float *sign, Size sign_row,
                      Size columns, Size count, float *to, Size to_row, bool filled) {
  for (Size r = 0; r < count; ++r, from += from_row, sign += sign_row, to += to_row) {
    for (Size c = 0; c < columns; c += lanes) {
      const Size left = columns - c;
      Vector value = load_part(from + c, left);
      if (rectified) {
        value = load_part(sign + c, left) <= Vector(0.0f) ? Vector(0.0f) : value;
      }
      if (filled) {
        store(to + c, value);
      } else {
        store_part(to + c, value, left);
      }
    }
  }
}

static void linear_forward(const qbk_linear_shape &shape, const float *x, const float *weight,
                           const float *bias, float *y, float *scratch) {
  Area area{scratch};
  const LinearPlan plan(shape, area);
  const Size outputs = shape.outputs;
  pack_panels(weight, shape.inputs, outputs, true, 1, plan.weights);
  std::memset(plan.bias, 0, vectors(outputs) * lanes * sizeof(float));
  if (bias) std::memcpy(plan.bias, bias, outputs * sizeof(float));
  plan.over_tiles([&](Size first, Size count) {
    product<Start::bias>(x + first * shape.inputs, shape.inputs, count, shape.inputs, plan.weights,
                         outputs, plan.bias, plan.out, plan.row_out);
    float *const to = y + first * outputs;
    if (shape.rectified) {
      copy_rows<true>(plan.out, plan.row_out, plan.out, plan.row_out, outputs, count, to, outputs,
                      false);
    } else {
      copy_rows<false>(plan.out, plan.row_out, plan.out, plan.row_out, outputs, count, to, outputs,
                       false);
    }
  });
}

static void linear_backward(const qbk_linear_shape &shape, const float *x, const float *weight,
                            const float *y, const float *d_y, float *d_x, float *d_weight,
                            float *d_bias, float *scratch) {
  Area area{scratch};
  const LinearPlan plan(shape, area);
  const Size inputs = shape.inputs, outputs = shape.outputs;
  if (d_x) pack_panels(weight, outputs, inputs, false, 1, plan.weights);
  std::memset(plan.sums, 0, panel_floats(outputs, inputs) * sizeof(float));
  std::memset(plan.bias, 0, vectors(outputs) * lanes * sizeof(float));
  plan.over_tiles([&](Size first, Size count) {
    const float *const slopes = d_y + first * outputs;
    if (shape.rectified) {
      copy_rows<true>(slopes, outputs, y + first * outputs, outputs, outputs, count, plan.out,
                      plan.row_out, true);
    } else {
      copy_rows<false>(slopes, outputs, slopes, outputs, outputs, count, plan.out, plan.row_out,
                       true);
    }
    if (d_weight) {
      stage_rows(x + first * inputs, inputs, count, plan.row_in, plan.in);
      add_outer(plan.sums, plan.out, plan.row_out, outputs, plan.in, plan.row_in, inputs, count);
    }
    if (d_bias) add_rows(plan.bias, plan.out, plan.row_out, outputs, count);
    if (d_x) {
      product<Start::zero>(plan.out, plan.row_out, count, outputs, plan.weights, inputs, nullptr,
                           plan.in, plan.row_in);
      copy_rows<false>(plan.in, plan.row_in, plan.in, plan.row_in, inputs, count,
                       d_x + first * inputs, inputs, false);
    }
  });
  if (d_weight) unpack_panels(plan.sums, outputs, inputs, 1, d_weight);
  if (d_bias) std::memcpy(d_bias, plan.bias, outputs * sizeof(float));
}

} // namespace qbk::QBK_PATH_NAMESPACE
