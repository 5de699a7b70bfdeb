// One layer of a transformer's encoder over short sequences (Vaswani et al., 2017, section 3.1; norm
// first: Xiong et al., 2020).
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
    for (float **square : {&m.q, &m.k, &m.v, &m.out}) *square = area.take(panel_floats(width, width));
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
      store(x + r * row + c, load(x + r * row + c) * load_part(mask + r * columns + c, columns - c));
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

// MARK: Forward

struct EncoderForward {
  const EncoderPlan &plan;
  const EncoderMatrices &matrices;
  const EncoderVectors &vectors;
  /// Working rows: one tile of tokens, two of queries, and attention's.
  float *tokens, *a, *b, *turned, *dropped;

  void attend(const EncoderTile &tile, const float *mask, Size samples) const {
    const EncoderShape &shape = plan.shape;
    const Head head{shape.tokens, plan.queries_each, plan.depth, plan.row, plan.score_row};
    for (Size s = 0; s < samples; ++s) {
      for (Size h = 0; h < shape.heads; ++h) {
        const Size at = h * plan.depth, score = s * shape.heads + h;
        const float *q = tile.q + s * plan.queries_each * plan.row + at;
        const float *k = tile.k + s * shape.tokens * plan.row + at;
        const float *v = tile.v + s * shape.tokens * plan.row + at;
        float *p = tile.probabilities + score * plan.scores;
        head.scores(k, q, turned, p);
        head.softmax(p);
        const float *weights = p;
        if (mask) {
          head.masked(p, mask + score * shape.tokens * plan.queries_each, dropped);
          weights = dropped;
        }
        head.to_queries(weights, v, tile.mixed + s * plan.queries_each * plan.row + at);
      }
    }
  }

  void operator()(const float *x, const TileMasks &masks, Size samples, const EncoderTile &tile,
                  float *output) const {
    const EncoderShape &shape = plan.shape;
    const Size width = shape.width, inner = shape.inner, row = plan.row;
    const Size count = samples * plan.queries_each, all = samples * shape.tokens;
    const float *source = tile.base;
    if (shape.norm_first) {
      stage_rows(x, width, all, row, tokens);
      gather_queries(plan, tokens, count, a);
      normalize(tokens, row, width, all, shape.epsilon, tile.base, tile.inverse1);
      stretch(tile.base, row, width, all, vectors.gain1, vectors.shift1, tokens);
      source = tokens;
    } else {
      stage_rows(x, width, all, row, tile.base);
      gather_queries(plan, tile.base, count, a);
    }
    product<Start::bias>(source, row, all, width, matrices.k, width, vectors.k, tile.k, row);
    product<Start::bias>(source, row, all, width, matrices.v, width, vectors.v, tile.v, row);
    const float *asking = source;
    if (shape.last_only) {
      gather_queries(plan, source, count, b);
      asking = b;
    }
    product<Start::bias>(asking, row, count, width, matrices.q, width, vectors.q, tile.q, row);
    attend(tile, masks.attention, samples);

    // a: the queries, then with what they took.
    product<Start::bias>(tile.mixed, row, count, width, matrices.out, width, vectors.out, b, row);
    apply_mask(b, row, width, count, masks.taken);
    add(b, count * row, a);
    const float *wide = b;
    if (shape.norm_first) {
      normalize(a, row, width, count, shape.epsilon, tile.normal2, tile.inverse2);
      stretch(tile.normal2, row, width, count, vectors.gain2, vectors.shift2, b);
    } else {
      normalize(a, row, width, count, shape.epsilon, tile.sum, tile.inverse1);
      stretch(tile.sum, row, width, count, vectors.gain1, vectors.shift1, a);
      wide = a;
    }
    product<Start::bias>(wide, row, count, width, matrices.up, inner, vectors.up, tile.inner,
                         plan.inner_row);
    const Vector zero = 0.0f;
    for (Size i = 0; i < count * plan.inner_row; i += lanes) {
      const Vector h = load(tile.inner + i);
      store(tile.inner + i, h < zero ? zero : h);
    }
    apply_mask(tile.inner, plan.inner_row, inner, count, masks.inner);
    product<Start::bias>(tile.inner, plan.inner_row, count, inner, matrices.down, width,
                         vectors.down, b, row);
    apply_mask(b, row, width, count, masks.given);
    add(b, count * row, a);
    if (!shape.norm_first) {
      normalize(a, row, width, count, shape.epsilon, tile.normal2, tile.inverse2);
      stretch(tile.normal2, row, width, count, vectors.gain2, vectors.shift2, a);
    }
    for (Size r = 0; r < count; ++r) {
      std::memcpy(output + r * width, a + r * row, width * sizeof(float));
    }
  }
};

static void encoder_forward(const EncoderShape &shape, const EncoderWeights &weights,
                            const EncoderMasks &masks, const float *x, float *output, float *kept,
                            float *scratch) {
  const EncoderPlan plan(shape);
  Area area{scratch};
  const auto matrices = EncoderMatrices::lay_out(plan, false, area);
  const auto packed = EncoderVectors::lay_out(plan, area);
  pack_matrices(plan, weights, true, matrices);
  pack_vectors(plan, weights, packed);
  float *const tokens = area.take(plan.tokens * plan.row);
  float *const a = area.take(plan.queries * plan.row);
  float *const b = area.take(plan.queries * plan.row);
  float *const turned = area.take(plan.depth * plan.score_row);
  float *const dropped = area.take(plan.scores);
  const EncoderForward work{plan, matrices, packed, tokens, a, b, turned, dropped};
  // Without a backward pass, every tile is kept in the same place.
  Area keeping{kept ? kept : area.next()};
  for (Size sample = 0; sample < shape.batch; sample += plan.samples) {
    const Size count = shape.batch - sample < plan.samples ? shape.batch - sample : plan.samples;
    if (!kept) keeping.used = 0;
    const auto tile = EncoderTile::lay_out(plan, keeping);
    work(x + sample * shape.tokens * shape.width, TileMasks(plan, masks, sample), count, tile,
         output + sample * plan.queries_each * shape.width);
  }
}

// MARK: Backward

struct EncoderBackward {
  const EncoderPlan &plan;
  const EncoderMatrices &matrices;
  const EncoderVectors &vectors;
  /// Gradients.
  const EncoderMatrices &d_matrices;
  const EncoderVectors &d_vectors;
  // Working rows of tokens and of queries.
  float *source, *d_source, *d_k, *d_v;
  float *d, *around, *wide, *asking, *d_q, *d_mixed, *d_inner;
  float *turned, *dropped, *d_scores;

  void attend(const EncoderTile &tile, const float *mask, Size samples) const {
    const EncoderShape &shape = plan.shape;
    const Head head{shape.tokens, plan.queries_each, plan.depth, plan.row, plan.score_row};
    for (Size s = 0; s < samples; ++s) {
      for (Size h = 0; h < shape.heads; ++h) {
        const Size at = h * plan.depth, score = s * shape.heads + h;
        const Size query = s * plan.queries_each * plan.row + at;
        const Size token = s * shape.tokens * plan.row + at;
        const float *p = tile.probabilities + score * plan.scores;
        const float *factors = mask ? mask + score * shape.tokens * plan.queries_each : nullptr;
        const float *weights = p;
        if (factors) {
          head.masked(p, factors, dropped);
          weights = dropped;
        }
        head.scores(tile.v + token, d_mixed + query, turned, d_scores);
        head.to_keys(weights, d_mixed + query, d_v + token);
        if (factors) head.masked(d_scores, factors, d_scores);
        head.softmax_backward(p, d_scores);
        head.to_queries(d_scores, tile.k + token, d_q + query);
        head.to_keys(d_scores, tile.q + query, d_k + token);
      }
    }
  }

  /// `d` holds gradients by the output of down(relu(up(wide))), which `tile.inner` was between;
  /// adds those by `wide` to `to`, or puts them there.
  template <Start start>
  void feed_forward(const EncoderTile &tile, const TileMasks &masks, Size count, float *to) const {
    const Size width = plan.shape.width, inner = plan.shape.inner, row = plan.row;
    apply_mask(d, row, width, count, masks.given);
    add_rows(d_vectors.down, d, row, width, count);
    add_outer(d_matrices.down, d, row, width, tile.inner, plan.inner_row, inner, count);
    product<Start::zero>(d, row, count, width, matrices.down, inner, nullptr, d_inner,
                         plan.inner_row);
    const Vector zero = 0.0f;
    for (Size i = 0; i < count * plan.inner_row; i += lanes) {
      store(d_inner + i, load(tile.inner + i) > zero ? load(d_inner + i) : zero);
    }
    apply_mask(d_inner, plan.inner_row, inner, count, masks.inner);
    add_rows(d_vectors.up, d_inner, plan.inner_row, inner, count);
    add_outer(d_matrices.up, d_inner, plan.inner_row, inner, wide, row, width, count);
    product<start>(d_inner, plan.inner_row, count, inner, matrices.up, width, nullptr, to, row);
  }

  void operator()(const float *d_output, const TileMasks &masks, Size samples,
                  const EncoderTile &tile, float *d_input) const {
    const EncoderShape &shape = plan.shape;
    const Size width = shape.width, row = plan.row;
    const Size count = samples * plan.queries_each, all = samples * shape.tokens;
    const Size bytes = count * row * sizeof(float);

    // around: gradients by the sum of the queries and what they took.
    stage_rows(d_output, width, count, row, d);
    if (shape.norm_first) {
      std::memcpy(around, d, bytes);
      stretch(tile.normal2, row, width, count, vectors.gain2, vectors.shift2, wide);
      feed_forward<Start::zero>(tile, masks, count, d_mixed);
      normalize_backward(d_mixed, tile.normal2, tile.inverse2, row, width, count, vectors.gain2,
                         d_vectors.gain2, d_vectors.shift2);
      add(d_mixed, count * row, around);
      stretch(tile.base, row, width, all, vectors.gain1, vectors.shift1, source);
    } else {
      normalize_backward(d, tile.normal2, tile.inverse2, row, width, count, vectors.gain2,
                         d_vectors.gain2, d_vectors.shift2);
      std::memcpy(around, d, bytes);
      stretch(tile.sum, row, width, count, vectors.gain1, vectors.shift1, wide);
      feed_forward<Start::sum>(tile, masks, count, around);
      normalize_backward(around, tile.sum, tile.inverse1, row, width, count, vectors.gain1,
                         d_vectors.gain1, d_vectors.shift1);
    }
    const float *from = shape.norm_first ? source : tile.base;

    std::memcpy(d, around, bytes);
    apply_mask(d, row, width, count, masks.taken);
    add_rows(d_vectors.out, d, row, width, count);
    add_outer(d_matrices.out, d, row, width, tile.mixed, row, width, count);
    product<Start::zero>(d, row, count, width, matrices.out, width, nullptr, d_mixed, row);
    attend(tile, masks.attention, samples);

    const float *asked = from;
    if (shape.last_only) {
      gather_queries(plan, from, count, asking);
      asked = asking;
    }
    add_rows(d_vectors.q, d_q, row, width, count);
    add_rows(d_vectors.k, d_k, row, width, all);
    add_rows(d_vectors.v, d_v, row, width, all);
    add_outer(d_matrices.q, d_q, row, width, asked, row, width, count);
    add_outer(d_matrices.k, d_k, row, width, from, row, width, all);
    add_outer(d_matrices.v, d_v, row, width, from, row, width, all);
    if (!d_input && !shape.norm_first) return;
    product<Start::zero>(d_k, row, all, width, matrices.k, width, nullptr, d_source, row);
    product<Start::sum>(d_v, row, all, width, matrices.v, width, nullptr, d_source, row);
    product<Start::zero>(d_q, row, count, width, matrices.q, width, nullptr, d, row);
    add_to_tokens(plan, d, count, d_source);
    if (shape.norm_first) {
      normalize_backward(d_source, tile.base, tile.inverse1, row, width, all, vectors.gain1,
                         d_vectors.gain1, d_vectors.shift1);
    }
    if (!d_input) return;
    add_to_tokens(plan, around, count, d_source);
    for (Size r = 0; r < all; ++r) {
      std::memcpy(d_input + r * width, d_source + r * row, width * sizeof(float));
    }
  }
};

static void unpack_encoder(const EncoderPlan &plan, const EncoderMatrices &matrices,
                           const EncoderVectors &vectors, const EncoderGradients &to) {
  const Size width = plan.shape.width, inner = plan.shape.inner, square = width * width;
  const float scale = attention_scale(plan);
  unpack_panels(matrices.q, width, width, scale, to.in_weight);
  unpack_panels(matrices.k, width, width, 1, to.in_weight + square);
  unpack_panels(matrices.v, width, width, 1, to.in_weight + 2 * square);
  unpack_panels(matrices.out, width, width, 1, to.out_weight);
  unpack_panels(matrices.up, inner, width, 1, to.up_weight);
  unpack_panels(matrices.down, width, inner, 1, to.down_weight);
  fill_up(vectors.q, width, width, scale, to.in_bias);
  fill_up(vectors.k, width, width, 1, to.in_bias + width);
  fill_up(vectors.v, width, width, 1, to.in_bias + 2 * width);
  fill_up(vectors.out, width, width, 1, to.out_bias);
  fill_up(vectors.up, inner, inner, 1, to.up_bias);
  fill_up(vectors.down, width, width, 1, to.down_bias);
  fill_up(vectors.gain1, width, width, 1, to.gain1);
  fill_up(vectors.shift1, width, width, 1, to.shift1);
  fill_up(vectors.gain2, width, width, 1, to.gain2);
  fill_up(vectors.shift2, width, width, 1, to.shift2);
}

/// Everything the backward pass works in.
QBK_INLINE EncoderBackward lay_out_backward(const EncoderPlan &plan, const EncoderMatrices &matrices,
                                            const EncoderVectors &vectors,
                                            const EncoderMatrices &d_matrices,
                                            const EncoderVectors &d_vectors, Area &area) {
  const Size tokens = plan.tokens * plan.row, queries = plan.queries * plan.row;
  float *token_rows[4], *query_rows[6];
  for (float *&rows : token_rows) rows = area.take(tokens);
  for (float *&rows : query_rows) rows = area.take(queries);
  float *const d_inner = area.take(plan.queries * plan.inner_row);
  float *const turned = area.take(plan.depth * plan.score_row);
  float *const dropped = area.take(plan.scores);
  float *const d_scores = area.take(plan.scores);
  return {plan,          matrices,      vectors,       d_matrices,    d_vectors,
          token_rows[0], token_rows[1], token_rows[2], token_rows[3], query_rows[0],
          query_rows[1], query_rows[2], query_rows[3], query_rows[4], query_rows[5],
          d_inner,       turned,        dropped,       d_scores};
}

static void encoder_backward(const EncoderShape &shape, const EncoderWeights &weights,
                             const EncoderMasks &masks, const float *d_output, const float *kept,
                             const EncoderGradients &gradients, float *scratch) {
  const EncoderPlan plan(shape);
  Area area{scratch};
  const auto matrices = EncoderMatrices::lay_out(plan, true, area);
  const auto packed = EncoderVectors::lay_out(plan, area);
  float *const sums = area.next();
  const Size before = area.used;
  const auto d_matrices = EncoderMatrices::lay_out(plan, true, area);
  const auto d_vectors = EncoderVectors::lay_out(plan, area);
  std::memset(sums, 0, (area.used - before) * sizeof(float));
  pack_matrices(plan, weights, false, matrices);
  pack_vectors(plan, weights, packed);
  const auto work = lay_out_backward(plan, matrices, packed, d_matrices, d_vectors, area);
  // Read only from here on.
  Area keeping{const_cast<float *>(kept)};
  for (Size sample = 0; sample < shape.batch; sample += plan.samples) {
    const Size count = shape.batch - sample < plan.samples ? shape.batch - sample : plan.samples;
    const auto tile = EncoderTile::lay_out(plan, keeping);
    float *const d_input =
        gradients.input ? gradients.input + sample * shape.tokens * shape.width : nullptr;
    work(d_output + sample * plan.queries_each * shape.width, TileMasks(plan, masks, sample), count,
         tile, d_input);
  }
  unpack_encoder(plan, d_matrices, d_vectors, gradients);
}

static Size encoder_kept(const EncoderShape &shape) {
  const EncoderPlan plan(shape);
  Area area{nullptr};
  EncoderTile::lay_out(plan, area);
  return plan.tiles * area.used;
}

static Size encoder_scratch(const EncoderShape &shape) {
  const EncoderPlan plan(shape);
  Area area{nullptr};
  for (int i = 0; i < 2; ++i) {
    EncoderMatrices::lay_out(plan, true, area);
    EncoderMatrices::lay_out(plan, false, area);
    EncoderVectors::lay_out(plan, area);
  }
  // The backward pass has the most rows; the forward pass may have a tile of what is kept.
  const EncoderMatrices m{};
  const EncoderVectors v{};
  lay_out_backward(plan, m, v, m, v, area);
  EncoderTile::lay_out(plan, area);
  return area.used;
}

} // namespace qbk::QBK_PATH_NAMESPACE
