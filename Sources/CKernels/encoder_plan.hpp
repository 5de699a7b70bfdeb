// One layer of a transformer's encoder over short sequences (Vaswani et al., 2017, section 3.1;
// norm first: Xiong et al., 2020).
//
// A few samples at a time go through the whole layer, so that everything between its input and its
// output is read from the cache. "Tokens" are the rows of a tile that keys and values are made of,
// "queries" those that something is computed for: all of them, or the last of each sample.

namespace qbk::QBK_PATH_NAMESPACE {

using EncoderShape = qbk_encoder_shape;
using EncoderWeights = qbk_encoder_weights;
using EncoderMasks = qbk_encoder_masks;
using EncoderGradients = qbk_encoder_gradients;

/// Hands out consecutive pieces of one area.
struct Area {
  /// NULL to count only.
  float *base;
  Size used = 0;

  QBK_MEMBER float *next() const { return base ? base + used : nullptr; }
  QBK_MEMBER float *take(Size floats) {
    float *const piece = next();
    used += lines(floats);
    return piece;
  }
};

/// Sizes that follow from the layer's.
struct EncoderPlan {
  const EncoderShape shape;
  const Size depth = shape.width / shape.heads;
  /// Floats from row to row; the last head's vectors fit (see attention.hpp).
  const Size row = vectors(shape.width - depth + vectors(depth) * lanes) * lanes;
  const Size inner_row = vectors(shape.inner) * lanes;
  const Size queries_each = shape.last_only ? 1 : shape.tokens;
  /// Samples in a tile: about as many rows as leave room in the second-level cache.
  const Size samples = clamp_size((shape.last_only ? 16384 : 8192) / (row * shape.tokens));
  const Size tiles = (shape.batch + samples - 1) / samples;
  const Size tokens = samples * shape.tokens;
  const Size queries = samples * queries_each;
  const Size score_row = vectors(queries_each) * lanes;
  const Size scores = shape.tokens * score_row;

  explicit EncoderPlan(const EncoderShape &s) : shape(s) {}

  Size clamp_size(Size n) const { return n < 1 ? 1 : n > shape.batch ? shape.batch : n; }

  /// Which of a tile's tokens a query is.
  Size token(Size query) const {
    return shape.last_only ? query * shape.tokens + shape.tokens - 1 : query;
  }
};

/// What the backward pass needs of one tile.
struct EncoderTile {
  /// Norm first: the tokens, normalised. Else: the tokens.
  float *base;
  /// Norm last: the sum of the queries and what they took, normalised. Else NULL.
  float *sum;
  float *inverse1;
  float *q, *k, *v, *probabilities, *mixed, *inner;
  /// What the second norm normalised, and its inverse deviations.
  float *normal2, *inverse2;

  QBK_INLINE EncoderTile lay_out(const EncoderPlan &plan, Area &area) {
    EncoderTile tile;
    tile.base = area.take(plan.tokens * plan.row);
    tile.sum = plan.shape.norm_first ? nullptr : area.take(plan.queries * plan.row);
    tile.inverse1 = area.take(plan.tokens);
    tile.q = area.take(plan.queries * plan.row);
    tile.k = area.take(plan.tokens * plan.row);
    tile.v = area.take(plan.tokens * plan.row);
    tile.probabilities = area.take(plan.samples * plan.shape.heads * plan.scores);
    tile.mixed = area.take(plan.queries * plan.row);
    tile.inner = area.take(plan.queries * plan.inner_row);
    tile.normal2 = area.take(plan.queries * plan.row);
    tile.inverse2 = area.take(plan.queries);
    return tile;
  }
};

/// The layer's weights or their gradients, packed for one direction.
struct EncoderMatrices {
  float *q, *k, *v, *out, *up, *down;

  QBK_INLINE EncoderMatrices lay_out(const EncoderPlan &plan, bool by_output, Area &area) {
    const Size width = plan.shape.width, inner = plan.shape.inner;
    EncoderMatrices m;
    for (float **square : {&m.q, &m.k, &m.v, &m.out}) {
      *square = area.take(panel_floats(width, width));
    }
    m.up = area.take(by_output ? panel_floats(inner, width) : panel_floats(width, inner));
    m.down = area.take(by_output ? panel_floats(width, inner) : panel_floats(inner, width));
    return m;
  }
};

/// The layer's vectors or their gradients, filled up with zeros.
struct EncoderVectors {
  float *q, *k, *v, *out, *up, *down, *gain1, *shift1, *gain2, *shift2;

  QBK_INLINE EncoderVectors lay_out(const EncoderPlan &plan, Area &area) {
    EncoderVectors v;
    for (float **one : {&v.q, &v.k, &v.v, &v.out, &v.down, &v.gain1, &v.shift1, &v.gain2,
                        &v.shift2}) {
      *one = area.take(plan.row);
    }
    v.up = area.take(plan.inner_row);
    return v;
  }
};

QBK_INLINE float attention_scale(const EncoderPlan &plan) {
  return 1 / __builtin_sqrtf(static_cast<float>(plan.depth));
}

QBK_INLINE void fill_up(const float *from, Size count, Size row, float scale, float *to) {
  for (Size i = 0; i < row; ++i) to[i] = i < count ? scale * from[i] : 0;
}

/// `transposed`: for products with rows of inputs; else with rows of outputs' gradients. The scale
/// of the scores is part of the weights that make queries.
static void pack_matrices(const EncoderPlan &plan, const EncoderWeights &w, bool transposed,
                          const EncoderMatrices &to) {
  const Size width = plan.shape.width, inner = plan.shape.inner, square = width * width;
  pack_panels(w.in_weight, width, width, transposed, attention_scale(plan), to.q);
  pack_panels(w.in_weight + square, width, width, transposed, 1, to.k);
  pack_panels(w.in_weight + 2 * square, width, width, transposed, 1, to.v);
  pack_panels(w.out_weight, width, width, transposed, 1, to.out);
  // PyTorch's matrices are [output, input].
  pack_panels(w.up_weight, transposed ? width : inner, transposed ? inner : width, transposed, 1,
              to.up);
  pack_panels(w.down_weight, transposed ? inner : width, transposed ? width : inner, transposed, 1,
              to.down);
}

static void pack_vectors(const EncoderPlan &plan, const EncoderWeights &w,
                         const EncoderVectors &to) {
  const Size width = plan.shape.width;
  fill_up(w.in_bias, width, plan.row, attention_scale(plan), to.q);
  fill_up(w.in_bias + width, width, plan.row, 1, to.k);
  fill_up(w.in_bias + 2 * width, width, plan.row, 1, to.v);
  fill_up(w.out_bias, width, plan.row, 1, to.out);
  fill_up(w.up_bias, plan.shape.inner, plan.inner_row, 1, to.up);
  fill_up(w.down_bias, width, plan.row, 1, to.down);
  fill_up(w.gain1, width, plan.row, 1, to.gain1);
  fill_up(w.shift1, width, plan.row, 1, to.shift1);
  fill_up(w.gain2, width, plan.row, 1, to.gain2);
  fill_up(w.shift2, width, plan.row, 1, to.shift2);
}

/// Rows of `columns` floats to rows of `row`, filled up with zeros.
static void stage_rows(const float *from, Size columns, Size count, Size row, float *to) {
  for (Size r = 0; r < count; ++r, from += columns, to += row) {
    std::memcpy(to, from, columns * sizeof(float));
    std::memset(to + columns, 0, (row - columns) * sizeof(float));
  }
}

static void gather_queries(const EncoderPlan &plan, const float *tokens, Size queries, float *to) {
  for (Size i = 0; i < queries; ++i) {
    std::memcpy(to + i * plan.row, tokens + plan.token(i) * plan.row, plan.row * sizeof(float));
  }
}

static void add_to_tokens(const EncoderPlan &plan, const float *queries, Size count,
                          float *tokens) {
  for (Size i = 0; i < count; ++i) {
    float *to = tokens + plan.token(i) * plan.row;
    for (Size c = 0; c < plan.row; c += lanes) {
      store(to + c, load(to + c) + load(queries + i * plan.row + c));
    }
  }
}

/// rows of `columns` elements *= mask, where there is one.
static void apply_mask(float *x, Size row, Size columns, Size count, const float *mask) {
  for (Size r = 0; mask && r < count; ++r) {
    for (Size c = 0; c < columns; c += lanes) {
      float *at = x + r * row + c;
      store(at, load(at) * load_part(mask + r * columns + c, columns - c));
    }
  }
}

static void add(const float *from, Size floats, float *to) {
  for (Size i = 0; i < floats; i += lanes) store(to + i, load(to + i) + load(from + i));
}

/// The masks of one tile; each NULL where there is none.
struct TileMasks {
  const float *attention, *taken, *inner, *given;

  TileMasks(const EncoderPlan &plan, const EncoderMasks &masks, Size sample) {
    const EncoderShape &shape = plan.shape;
    const Size query = sample * plan.queries_each;
    const Size each = shape.heads * shape.tokens * plan.queries_each;
    attention = masks.attention ? masks.attention + sample * each : nullptr;
    taken = masks.taken ? masks.taken + query * shape.width : nullptr;
    inner = masks.inner ? masks.inner + query * shape.inner : nullptr;
    given = masks.given ? masks.given + query * shape.width : nullptr;
  }
};

} // namespace qbk::QBK_PATH_NAMESPACE
