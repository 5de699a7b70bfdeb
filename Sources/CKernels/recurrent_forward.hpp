// The forward pass of a recurrent layer; see recurrent_plan.hpp.

namespace qbk::QBK_PATH_NAMESPACE {

/// One block of one step.
template <class Cell> struct ForwardBlock {
  const Plan<Cell> &plan;
  /// The block's packed weights.
  const float *weights;
  /// This step's rows, and the block's hidden units in those of the next.
  const float *before;
  float *after;
  Size block;
  float *kept;
  const float *cell_before;
  float *cell_after;
  /// The block's units in the first row of the layer's output, or NULL.
  float *output;
  bool at_start;

  template <int n> QBK_MEMBER void rows(Size first) const {
    const float *hidden_weights = weights + plan.input_weights();
    const float *biases = hidden_weights + plan.hidden_weights();
    const float *row = before + first * plan.row;
    Vector acc[n][sums];
#pragma unroll
    for (int r = 0; r < n; ++r) {
#pragma unroll
      for (int q = 0; q < sums; ++q) acc[r][q] = load(biases + q * lanes);
    }
    using Input = typename Cell::Input;
    using Hidden = typename Cell::Hidden;
    accumulate<Input::first, Input::count>(acc, row + plan.hidden, plan.row, weights,
                                           Input::count * lanes, plan.shape.features);
    if (!at_start) {
      accumulate<Hidden::first, Hidden::count>(acc, row, plan.row, hidden_weights,
                                               Hidden::count * lanes, plan.shape.hidden);
    }
#pragma unroll
    for (int r = 0; r < n; ++r) finish(acc[r], first + r);
  }

  QBK_MEMBER void finish(const Vector (&acc)[sums], Size r) const {
    const Shape &shape = plan.shape;
    const Vector zero = 0.0f;
    const Vector hidden = at_start ? zero : load(before + r * plan.row + block * lanes);
    const Vector cell = at_start || !Cell::has_cell ? zero : load(cell_before + r * lanes);
    const Unit unit = Cell::forward(acc, hidden, cell);
#pragma unroll
    for (int q = 0; q < sums; ++q) store(kept + r * sums_width + q * lanes, unit.kept[q]);
    if constexpr (Cell::has_cell) store(cell_after + r * lanes, unit.cell);
    store(after + r * plan.row, unit.hidden);
    if (output) {
      store_part(output + r * shape.steps * shape.hidden, unit.hidden,
                 shape.hidden - block * lanes);
    }
  }
};

/// Copies one step of `count` rows of the input, times the mask where there is one.
QBK_INLINE void stage(const Shape &shape, Size step, const float *x, const float *mask, Size count,
                      float *to, Size to_stride) {
  const Size from_stride = shape.steps * shape.features;
  for (Size r = 0; r < count; ++r) {
    const float *from = x + r * from_stride + step * shape.features;
    float *row = to + r * to_stride;
    if (mask) {
      const float *factor = mask + r * from_stride + step * shape.features;
      for (Size k = 0; k < shape.features; ++k) row[k] = from[k] * factor[k];
    } else {
      std::memcpy(row, from, shape.features * sizeof(float));
    }
  }
}

template <class Cell>
static void forward(const Shape &shape, const Weights &weights, const float *x, const float *mask,
                    float *output, float *last, float *kept, float *scratch) {
  const Plan<Cell> plan(shape);
  pack_layer(plan, weights, scratch);
  // Without a backward pass, two steps' rows take turns and nothing else is kept.
  const Size row_slots = kept ? shape.steps + 1 : 2;
  const Size sum_slots = kept ? shape.steps : 1;
  float *const tile_base = kept ? kept : scratch + plan.weights();
  const Size tile_size = kept ? plan.kept_tile(row_slots, sum_slots) : 0;
  const Size sample = shape.steps * shape.features;

  for (Size tile = 0; tile < plan.tiles; ++tile) {
    const Size start = tile * batch_rows;
    const Size count = shape.batch - start < batch_rows ? shape.batch - start : batch_rows;
    float *const rows = tile_base + tile * tile_size;
    float *const cells = rows + row_slots * plan.rows_step;
    float *const gates = cells + row_slots * plan.cell_step;
    for (Size t = 0; t < shape.steps; ++t) {
      const Size now = t % row_slots, next = (t + 1) % row_slots;
      float *before = rows + now * plan.rows_step;
      stage(shape, t, x + start * sample, mask ? mask + start * sample : nullptr, count,
            before + plan.hidden, plan.row);
      for (Size b = 0; b < plan.blocks; ++b) {
        const ForwardBlock<Cell> work{
            plan,
            scratch + b * plan.block_weights(),
            before,
            rows + next * plan.rows_step + b * lanes,
            b,
            gates + (t % sum_slots) * plan.sums_step + b * plan.sums_block,
            cells + now * plan.cell_step + b * plan.cell_block,
            cells + next * plan.cell_step + b * plan.cell_block,
            output ? output + (start * shape.steps + t) * shape.hidden + b * lanes : nullptr,
            t == 0};
        over_rows(count, work);
      }
    }
    const float *final = rows + (shape.steps % row_slots) * plan.rows_step;
    for (Size r = 0; r < count; ++r) {
      std::memcpy(last + (start + r) * shape.hidden, final + r * plan.row,
                  shape.hidden * sizeof(float));
    }
  }
}

} // namespace qbk::QBK_PATH_NAMESPACE
