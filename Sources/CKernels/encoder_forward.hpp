// The forward pass of an encoder layer; see encoder_plan.hpp.

namespace qbk::QBK_PATH_NAMESPACE {

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

} // namespace qbk::QBK_PATH_NAMESPACE
