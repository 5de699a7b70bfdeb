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

/// One source's part of a block's weights: [k][sum][unit], from PyTorch's [gate · hidden +
/// unit][k].
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

} // namespace qbk::QBK_PATH_NAMESPACE
