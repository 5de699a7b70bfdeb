// The backward pass of an encoder layer, and the memory that the passes need.

namespace qbk::QBK_PATH_NAMESPACE {

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
QBK_INLINE EncoderBackward lay_out_backward(const EncoderPlan &plan,
                                            const EncoderMatrices &matrices,
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
