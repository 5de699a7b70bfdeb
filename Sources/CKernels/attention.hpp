// Scaled dot-product attention of one head over a short sequence, in the cache.
//
// Scores lie transposed, [key][query], with queries in the lanes: softmax then runs down the
// columns without sums across lanes, and every product is one of the two of matrix.hpp. A head's
// slice of the rows may end within a vector. What is computed beyond it spills into the next head's
// columns, so heads are done in order, each overwriting the spill of the one before; rows end in
// room for the last one's.

namespace qbk::QBK_PATH_NAMESPACE {

/// c [rows][columns of one head] = Σ_k a[r][k] b[k], by register tiles.
struct HeadProduct {
  const float *a;
  Size a_stride;
  const float *b;
  Size b_stride;
  Size depth;
  float *c;
  Size c_stride;

  template <int n> QBK_MEMBER void rows(Size first) const {
    Vector acc[n][1];
#pragma unroll
    for (int r = 0; r < n; ++r) acc[r][0] = 0.0f;
    accumulate<0, 1>(acc, a + first * a_stride, a_stride, b, b_stride, depth);
#pragma unroll
    for (int r = 0; r < n; ++r) store(c + (first + r) * c_stride, acc[r][0]);
  }
};

/// c [rows][columns of one head] = Σ_k a[k][r] b[k], by register tiles.
struct HeadTransposedProduct {
  const float *a;
  Size a_stride;
  const float *b;
  Size b_stride;
  Size depth;
  float *c;
  Size c_stride;

  template <int n> QBK_MEMBER void rows(Size first) const {
    accumulate_transposed<false, n, 1>(c + first * c_stride, c_stride, a + first, a_stride, b,
                                       b_stride, depth);
  }
};

/// As many rows at once as keep the multipliers busy when each has one vector.
template <class Work> QBK_INLINE void over_single_vectors(Size count, const Work &work) {
  constexpr int many = 2 * tile_rows;
  Size first = 0;
  for (; first + many <= count; first += many) work.template rows<many>(first);
  for (; first + 4 <= count; first += 4) work.template rows<4>(first);
  for (; first < count; ++first) work.template rows<1>(first);
}

/// One head of one sample. `stride` is that of all rows; `score_stride` holds all queries.
struct Head {
  Size keys, queries, depth, stride, score_stride;

  /// c [rows, score_stride] = a [rows, depth] · bᵀ, for b [queries, depth]; `turned` is for bᵀ.
  QBK_MEMBER void scores(const float *a, const float *b, float *turned, float *c) const {
    for (Size i = 0; i < score_stride; ++i) {
      for (Size d = 0; d < depth; ++d) {
        turned[d * score_stride + i] = i < queries ? b[i * stride + d] : 0;
      }
    }
    for (Size i = 0; i < score_stride; i += lanes) {
      over_single_vectors(keys, HeadProduct{a, stride, turned + i, score_stride, depth, c + i,
                                            score_stride});
    }
  }

  /// Down each column.
  QBK_MEMBER void softmax(float *p) const {
    for (Size i = 0; i < score_stride; i += lanes) {
      Vector top = load(p + i);
      for (Size j = 1; j < keys; ++j) {
        const Vector s = load(p + j * score_stride + i);
        top = s > top ? s : top;
      }
      Vector sum = 0.0f;
      for (Size j = 0; j < keys; ++j) {
        const Vector e = exp(load(p + j * score_stride + i) - top);
        sum += e;
        store(p + j * score_stride + i, e);
      }
      const Vector share = 1.0f / sum;
      for (Size j = 0; j < keys; ++j) {
        float *at = p + j * score_stride + i;
        store(at, load(at) * share);
      }
    }
  }

  /// From gradients by probabilities to those by scores, in place.
  QBK_MEMBER void softmax_backward(const float *p, float *d) const {
    for (Size i = 0; i < score_stride; i += lanes) {
      Vector along = 0.0f;
      for (Size j = 0; j < keys; ++j) {
        along += load(p + j * score_stride + i) * load(d + j * score_stride + i);
      }
      for (Size j = 0; j < keys; ++j) {
        float *at = d + j * score_stride + i;
        store(at, load(p + j * score_stride + i) * (load(at) - along));
      }
    }
  }

  /// to = p · mask, for a mask [keys, queries].
  QBK_MEMBER void masked(const float *p, const float *mask, float *to) const {
    for (Size j = 0; j < keys; ++j) {
      for (Size i = 0; i < score_stride; ++i) {
        const Size at = j * score_stride + i;
        to[at] = i < queries ? p[at] * mask[j * queries + i] : 0;
      }
    }
  }

  /// to [queries, depth] = pᵀ · x, for x [keys, depth].
  QBK_MEMBER void to_queries(const float *p, const float *x, float *to) const {
    for (Size d = 0; d < depth; d += lanes) {
      over_single_vectors(queries, HeadTransposedProduct{p, score_stride, x + d, stride, keys,
                                                         to + d, stride});
    }
  }

  /// to [keys, depth] = p · x, for x [queries, depth].
  QBK_MEMBER void to_keys(const float *p, const float *x, float *to) const {
    for (Size d = 0; d < depth; d += lanes) {
      over_single_vectors(keys, HeadProduct{p, score_stride, x + d, stride, queries, to + d,
                                            stride});
    }
  }
};

} // namespace qbk::QBK_PATH_NAMESPACE
