// One recurrent layer over a whole sequence, for any cell.
//
// The batch is cut into tiles of `batch_rows` rows, which go through all steps one after the other.
// The hidden units are cut into blocks of one vector. For each row, block and step the cell sums up
// four vectors of `lanes` units (its "sums": for the LSTM its four gates), from the input and from
// the hidden state; weights are packed so that the vectors of one block lie side by side.

namespace qbk::QBK_PATH_NAMESPACE {

constexpr Size batch_rows = 64;
constexpr int sums = 4;
/// Floats of a block's sums.
constexpr Size sums_width = sums * lanes;

/// Which of a block's sums one source (input or hidden state) adds to: those from `begin` on, one
/// for each of the gates named, which are numbered as PyTorch stacks their weights.
template <int begin, int... gates> struct Source {
  static constexpr int first = begin;
  static constexpr int count = sizeof...(gates);
  static constexpr int gate[] = {gates...};
};

/// What a cell makes of its sums, in one block of one row.
struct Unit {
  /// What the backward pass needs of them.
  Vector kept[sums];
  Vector hidden;
  /// The LSTM's second state.
  Vector cell;
};

/// Gradients by a cell's sums and by the states before it; `hidden` not counting the sums.
struct Slope {
  Vector sums[QBK_PATH_NAMESPACE::sums];
  Vector hidden;
  Vector cell;
};

/// Sizes that follow from the layer's.
template <class Cell> struct Plan {
  const Shape shape;
  const Size blocks = vectors(shape.hidden);
  /// Hidden units with those that fill up the last vector: their weights and values are 0.
  const Size hidden = blocks * lanes;
  const Size tiles = (shape.batch + batch_rows - 1) / batch_rows;

  // Kept for the backward pass, for each tile: the rows that the products read (hidden state before
  // the step, then input), the cell's sums after activation, and the LSTM's second state.
  const Size row = lines(hidden + shape.features);
  const Size rows_step = batch_rows * row;
  const Size sums_block = batch_rows * sums_width;
  const Size sums_step = blocks * sums_block;
  const Size cell_block = batch_rows * lanes;
  const Size cell_step = Cell::has_cell ? blocks * cell_block : 0;

  explicit Plan(const Shape &s) : shape(s) {}

  Size kept_tile(Size row_slots, Size sum_slots) const {
    return row_slots * (rows_step + cell_step) + sum_slots * sums_step;
  }
  Size kept() const { return tiles * kept_tile(shape.steps + 1, shape.steps); }

  // Packed weights, for each block: input rows, hidden rows, biases.
  Size input_weights() const { return shape.features * Cell::Input::count * lanes; }
  Size hidden_weights() const { return shape.hidden * Cell::Hidden::count * lanes; }
  Size block_weights() const { return input_weights() + hidden_weights() + sums_width; }
  Size weights() const { return lines(blocks * block_weights()); }
  /// Weights the other way round, to go from the sums' gradients to a source's.
  template <class From> Size reverse_weights(Size columns) const {
    return lines(blocks * From::count * lanes * vectors(columns) * lanes);
  }

  Size forward_scratch() const { return weights() + kept_tile(2, 1); }
  Size backward_scratch() const {
    return weights() + reverse_weights<typename Cell::Hidden>(shape.hidden) +
           reverse_weights<typename Cell::Input>(shape.features) + sums_step +
           2 * batch_rows * hidden + batch_rows * vectors(shape.features) * lanes;
  }
};

// MARK: Weights

/// One source's part of a block's weights: [k][sum][unit], from PyTorch's [gate · hidden + unit][k].
template <class From>
static void pack(const float *w, Size hidden, Size columns, Size block, float *packed) {
  for (int c = 0; c < From::count; ++c) {
    for (Size u = 0; u < lanes; ++u) {
      const Size unit = block * lanes + u;
      const float *row = w + (Size(From::gate[c]) * hidden + unit) * columns;
      for (Size k = 0; k < columns; ++k) {
        packed[(k * From::count + c) * lanes + u] = unit < hidden ? row[k] : 0;
      }
    }
  }
}

/// The reverse of `pack`, for gradients.
template <class From>
static void unpack(const float *packed, Size hidden, Size columns, Size block, float *w) {
  for (int c = 0; c < From::count; ++c) {
    for (Size u = 0; u < lanes && block * lanes + u < hidden; ++u) {
      float *row = w + (Size(From::gate[c]) * hidden + block * lanes + u) * columns;
      for (Size k = 0; k < columns; ++k) row[k] = packed[(k * From::count + c) * lanes + u];
    }
  }
}

template <class From>
static void add_biases(const float *bias, Size hidden, Size block, float *packed) {
  for (int c = 0; c < From::count; ++c) {
    for (Size u = 0; u < lanes && block * lanes + u < hidden; ++u) {
      packed[(From::first + c) * lanes + u] += bias[From::gate[c] * hidden + block * lanes + u];
    }
  }
}

template <class From>
static void unpack_biases(const float *packed, Size hidden, Size block, float *bias) {
  for (int c = 0; c < From::count; ++c) {
    for (Size u = 0; u < lanes && block * lanes + u < hidden; ++u) {
      bias[From::gate[c] * hidden + block * lanes + u] = packed[(From::first + c) * lanes + u];
    }
  }
}

/// Panels of up to four vectors of columns; in each, [block][sum][unit][column].
template <class From>
static void pack_reverse(const float *w, Size hidden, Size columns, Size blocks, float *packed) {
  for (Size first = 0; first < vectors(columns); first += 4) {
    const Size width = (vectors(columns) - first < 4 ? vectors(columns) - first : 4) * lanes;
    for (Size b = 0; b < blocks; ++b) {
      for (int c = 0; c < From::count; ++c) {
        for (Size u = 0; u < lanes; ++u, packed += width) {
          const Size unit = b * lanes + u;
          const float *row = w + (Size(From::gate[c]) * hidden + unit) * columns + first * lanes;
          for (Size k = 0; k < width; ++k) {
            packed[k] = unit < hidden && first * lanes + k < columns ? row[k] : 0;
          }
        }
      }
    }
  }
}

template <class Cell>
static void pack_layer(const Plan<Cell> &plan, const Weights &weights, float *packed) {
  const Shape &shape = plan.shape;
  for (Size b = 0; b < plan.blocks; ++b, packed += plan.block_weights()) {
    float *hidden = packed + plan.input_weights();
    float *biases = hidden + plan.hidden_weights();
    pack<typename Cell::Input>(weights.w_ih, shape.hidden, shape.features, b, packed);
    pack<typename Cell::Hidden>(weights.w_hh, shape.hidden, shape.hidden, b, hidden);
    std::memset(biases, 0, sums_width * sizeof(float));
    add_biases<typename Cell::Input>(weights.b_ih, shape.hidden, b, biases);
    add_biases<typename Cell::Hidden>(weights.b_hh, shape.hidden, b, biases);
  }
}

// MARK: Forward

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

// MARK: Backward

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
  case 3: return reverse_panel<From, adds, n, 3>(slopes, blocks, sums_block, weights, to, to_stride);
  case 2: return reverse_panel<From, adds, n, 2>(slopes, blocks, sums_block, weights, to, to_stride);
  case 1: return reverse_panel<From, adds, n, 1>(slopes, blocks, sums_block, weights, to, to_stride);
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

template <class Cell> static Size kept_floats(const Shape &shape) {
  return Plan<Cell>(shape).kept();
}

template <class Cell> static Size scratch_floats(const Shape &shape) {
  const Plan<Cell> plan(shape);
  const Size forward = plan.forward_scratch(), backward = plan.backward_scratch();
  return forward > backward ? forward : backward;
}

template <class Cell> constexpr Recurrent layer() {
  return {kept_floats<Cell>, scratch_floats<Cell>, forward<Cell>, backward<Cell>};
}

} // namespace qbk::QBK_PATH_NAMESPACE
