// The backward pass of a recurrent layer; see recurrent_plan.hpp.

namespace qbk::QBK_PATH_NAMESPACE {

template <class From, bool adds, int n, int width>
QBK_INLINE void reverse_panel(const float *slopes, Size blocks, Size sums_block,
                              const float *weights, float *to, Size to_stride) {
  Vector acc[n][width];
#pragma unroll
  for (int r = 0; r < n; ++r) {
#pragma unroll
    for (int q = 0; q < width; ++q) {
      acc[r][q] = adds ? load(to + r * to_stride + q * lanes) : Vector(0.0f);
    }
  }
  constexpr Size depth = From::count * lanes;
  for (Size b = 0; b < blocks; ++b) {
    accumulate<0, width>(acc, slopes + b * sums_block + From::first * lanes, sums_width,
                         weights + b * depth * width * lanes, width * lanes, depth);
  }
#pragma unroll
  for (int r = 0; r < n; ++r) {
#pragma unroll
    for (int q = 0; q < width; ++q) store(to + r * to_stride + q * lanes, acc[r][q]);
  }
}

/// Gradients by a source's rows from those by the sums: `to` (+)= slopes · weights, for `columns`
/// vectors in panels.
template <class From, bool adds, int n>
QBK_INLINE void reverse_product(const float *slopes, Size blocks, Size sums_block,
                                const float *weights, Size columns, float *to, Size to_stride) {
  const Size panel = blocks * From::count * lanes * 4 * lanes;
  for (; columns >= 4; columns -= 4, weights += panel, to += 4 * lanes) {
    reverse_panel<From, adds, n, 4>(slopes, blocks, sums_block, weights, to, to_stride);
  }
  switch (columns) {
  case 3:
    return reverse_panel<From, adds, n, 3>(slopes, blocks, sums_block, weights, to, to_stride);
  case 2:
    return reverse_panel<From, adds, n, 2>(slopes, blocks, sums_block, weights, to, to_stride);
  case 1:
    return reverse_panel<From, adds, n, 1>(slopes, blocks, sums_block, weights, to, to_stride);
  default: return;
  }
}

/// All blocks of one step.
template <class Cell> struct BackwardStep {
  const Plan<Cell> &plan;
  const float *before;
  const float *kept;
  const float *cell_before;
  const float *cell_after;
  /// Gradients by the layer's output at this step, in the tile's first row, and how far apart rows
  /// are; and by its last state, at the last step. Or NULL.
  const float *d_output;
  Size d_output_stride;
  const float *d_last;
  /// Gradients by the two states, [row][unit]: after the step, then before it.
  float *d_hidden;
  float *d_cell;
  /// Gradients by the sums, as `kept` is laid out.
  float *slopes;
  /// Gradients by the step's input; NULL where nobody asks.
  float *d_input;
  const float *hidden_weights;
  const float *input_weights;
  bool at_start;

  template <int n> QBK_MEMBER void rows(Size first) const {
    for (Size r = first; r < first + n; ++r) {
      for (Size b = 0; b < plan.blocks; ++b) unit(r, b);
    }
    const float *from = slopes + first * sums_width;
    if (!at_start) {
      reverse_product<typename Cell::Hidden, Cell::passes_hidden, n>(
          from, plan.blocks, plan.sums_block, hidden_weights, plan.blocks,
          d_hidden + first * plan.hidden, plan.hidden);
    }
    if (d_input) {
      const Size columns = vectors(plan.shape.features);
      reverse_product<typename Cell::Input, false, n>(from, plan.blocks, plan.sums_block,
                                                      input_weights, columns,
                                                      d_input + first * columns * lanes,
                                                      columns * lanes);
    }
  }

  QBK_MEMBER void unit(Size r, Size b) const {
    const Size left = plan.shape.hidden - b * lanes;
    float *hidden_slope = d_hidden + r * plan.hidden + b * lanes;
    float *cell_slope = d_cell + r * plan.hidden + b * lanes;
    Vector d = load(hidden_slope);
    if (d_output) d += load_part(d_output + r * d_output_stride + b * lanes, left);
    if (d_last) d += load_part(d_last + r * plan.shape.hidden + b * lanes, left);

    const float *gates = kept + b * plan.sums_block + r * sums_width;
    const Size cell = b * plan.cell_block + r * lanes;
    const Vector zero = 0.0f;
    Unit unit;
#pragma unroll
    for (int q = 0; q < sums; ++q) unit.kept[q] = load(gates + q * lanes);
    unit.hidden = zero;
    unit.cell = Cell::has_cell ? load(cell_after + cell) : zero;
    const Vector hidden = at_start ? zero : load(before + r * plan.row + b * lanes);
    const Vector old_cell = at_start || !Cell::has_cell ? zero : load(cell_before + cell);
    const Slope slope =
        Cell::backward(unit, hidden, old_cell, d, Cell::has_cell ? load(cell_slope) : zero);

    float *to = slopes + b * plan.sums_block + r * sums_width;
#pragma unroll
    for (int q = 0; q < sums; ++q) store(to + q * lanes, slope.sums[q]);
    if constexpr (Cell::has_cell) store(cell_slope, slope.cell);
    if constexpr (Cell::passes_hidden) store(hidden_slope, slope.hidden);
  }
};

/// Adds one step's share to a block's packed gradients.
template <class Cell>
QBK_INLINE void add_gradients(const Plan<Cell> &plan, const float *before, const float *slopes,
                              Size count, bool at_start, float *packed) {
  using Input = typename Cell::Input;
  using Hidden = typename Cell::Hidden;
  const TransposedProduct<Input::count> input{
      packed, before + plan.hidden, plan.row, slopes + Input::first * lanes, sums_width, count};
  over_rows(plan.shape.features, input);
  if (!at_start) {
    const TransposedProduct<Hidden::count> hidden{packed + plan.input_weights(), before, plan.row,
                                                  slopes + Hidden::first * lanes, sums_width,
                                                  count};
    over_rows(plan.shape.hidden, hidden);
  }
  float *biases = packed + plan.input_weights() + plan.hidden_weights();
  Vector total[sums];
#pragma unroll
  for (int q = 0; q < sums; ++q) total[q] = load(biases + q * lanes);
  for (Size r = 0; r < count; ++r) {
#pragma unroll
    for (int q = 0; q < sums; ++q) total[q] += load(slopes + r * sums_width + q * lanes);
  }
#pragma unroll
  for (int q = 0; q < sums; ++q) store(biases + q * lanes, total[q]);
}

template <class Cell>
static void unpack_gradients(const Plan<Cell> &plan, const float *packed, const Gradients &to) {
  const Shape &shape = plan.shape;
  for (Size b = 0; b < plan.blocks; ++b, packed += plan.block_weights()) {
    const float *hidden = packed + plan.input_weights();
    const float *biases = hidden + plan.hidden_weights();
    unpack<typename Cell::Input>(packed, shape.hidden, shape.features, b, to.w_ih);
    unpack<typename Cell::Hidden>(hidden, shape.hidden, shape.hidden, b, to.w_hh);
    unpack_biases<typename Cell::Input>(biases, shape.hidden, b, to.b_ih);
    unpack_biases<typename Cell::Hidden>(biases, shape.hidden, b, to.b_hh);
  }
}

template <class Cell>
static void backward(const Shape &shape, const Weights &weights, const float *mask,
                     const float *d_output, const float *d_last, const float *kept,
                     const Gradients &gradients, float *scratch) {
  const Plan<Cell> plan(shape);
  float *const packed = scratch;
  float *const hidden_weights = packed + plan.weights();
  float *const input_weights =
      hidden_weights + plan.template reverse_weights<typename Cell::Hidden>(shape.hidden);
  float *const slopes =
      input_weights + plan.template reverse_weights<typename Cell::Input>(shape.features);
  float *const d_hidden = slopes + plan.sums_step;
  float *const d_cell = d_hidden + batch_rows * plan.hidden;
  float *const d_input = d_cell + batch_rows * plan.hidden;
  std::memset(packed, 0, plan.weights() * sizeof(float));
  pack_reverse<typename Cell::Hidden>(weights.w_hh, shape.hidden, shape.hidden, plan.blocks,
                                      hidden_weights);
  if (gradients.input) {
    pack_reverse<typename Cell::Input>(weights.w_ih, shape.hidden, shape.features, plan.blocks,
                                       input_weights);
  }
  const Size input_row = vectors(shape.features) * lanes;

  for (Size tile = 0; tile < plan.tiles; ++tile) {
    const Size start = tile * batch_rows;
    const Size count = shape.batch - start < batch_rows ? shape.batch - start : batch_rows;
    const float *const rows = kept + tile * plan.kept_tile(shape.steps + 1, shape.steps);
    const float *const cells = rows + (shape.steps + 1) * plan.rows_step;
    const float *const gates = cells + (shape.steps + 1) * plan.cell_step;
    std::memset(d_hidden, 0, 2 * batch_rows * plan.hidden * sizeof(float));
    for (Size t = shape.steps; t-- > 0;) {
      const float *const before = rows + t * plan.rows_step;
      const BackwardStep<Cell> work{
          plan,
          before,
          gates + t * plan.sums_step,
          cells + t * plan.cell_step,
          cells + (t + 1) * plan.cell_step,
          d_output ? d_output + (start * shape.steps + t) * shape.hidden : nullptr,
          shape.steps * shape.hidden,
          d_last && t + 1 == shape.steps ? d_last + start * shape.hidden : nullptr,
          d_hidden,
          d_cell,
          slopes,
          gradients.input ? d_input : nullptr,
          hidden_weights,
          input_weights,
          t == 0};
      over_rows(count, work);
      for (Size b = 0; b < plan.blocks; ++b) {
        add_gradients(plan, before, slopes + b * plan.sums_block, count, t == 0,
                      packed + b * plan.block_weights());
      }
      for (Size r = 0; gradients.input && r < count; ++r) {
        const Size at = ((start + r) * shape.steps + t) * shape.features;
        for (Size k = 0; k < shape.features; ++k) {
          const float slope = d_input[r * input_row + k];
          gradients.input[at + k] = mask ? slope * mask[at + k] : slope;
        }
      }
    }
  }
  unpack_gradients(plan, packed, gradients);
}

} // namespace qbk::QBK_PATH_NAMESPACE
