// Products of small matrices, accumulated in registers.

namespace qbk::QBK_PATH_NAMESPACE {

/// acc[r][first + q] += Σ a[r][k] b[k][q] over `count` k's, for q in 0 ..< columns vectors. Rows of
/// a are `a_stride` floats apart, those of b `b_stride`.
template <int first, int columns, int rows, int width>
QBK_INLINE void accumulate(Vector (&acc)[rows][width], const float *a, Size a_stride,
                           const float *b, Size b_stride, Size count) {
  for (Size k = 0; k < count; ++k) {
    Vector factor[rows];
#pragma unroll
    for (int r = 0; r < rows; ++r) factor[r] = a[r * a_stride + k];
#pragma unroll
    for (int q = 0; q < columns; ++q) {
      const Vector part = load(b + k * b_stride + q * lanes);
#pragma unroll
      for (int r = 0; r < rows; ++r) acc[r][first + q] += factor[r] * part;
    }
  }
}

/// c[i][q] += Σ a[k][i] b[k][q] over `count` k's; or = instead of +=.
template <bool adds, int rows, int columns>
QBK_INLINE void accumulate_transposed(float *c, Size c_stride, const float *a, Size a_stride,
                                      const float *b, Size b_stride, Size count) {
  Vector acc[rows][columns];
#pragma unroll
  for (int i = 0; i < rows; ++i) {
#pragma unroll
    for (int q = 0; q < columns; ++q) {
      acc[i][q] = adds ? load(c + i * c_stride + q * lanes) : Vector(0.0f);
    }
  }
  for (Size k = 0; k < count; ++k) {
    Vector factor[rows];
#pragma unroll
    for (int i = 0; i < rows; ++i) factor[i] = a[k * a_stride + i];
#pragma unroll
    for (int q = 0; q < columns; ++q) {
      const Vector part = load(b + k * b_stride + q * lanes);
#pragma unroll
      for (int i = 0; i < rows; ++i) acc[i][q] += factor[i] * part;
    }
  }
#pragma unroll
  for (int i = 0; i < rows; ++i) {
#pragma unroll
    for (int q = 0; q < columns; ++q) store(c + i * c_stride + q * lanes, acc[i][q]);
  }
}

/// Calls `work.template rows<n>(first)` for register tiles that cover the rows 0 ..< count, of `most`
/// rows at most.
template <int most = tile_rows, class Work>
QBK_INLINE void over_rows(Size count, const Work &work) {
  Size first = 0;
  for (; first + most <= count; first += most) work.template rows<most>(first);
  if constexpr (most > 4) {
    if (first + 4 <= count) {
      work.template rows<4>(first);
      first += 4;
    }
  }
  if constexpr (most > 2) {
    if (first + 2 <= count) {
      work.template rows<2>(first);
      first += 2;
    }
  }
  if (first < count) work.template rows<1>(first);
}

/// c += aᵀ b for b of `columns` vectors and `count` rows; c has as many rows as a has columns.
template <int columns> struct TransposedProduct {
  float *c;
  const float *a;
  Size a_stride;
  const float *b;
  Size b_stride;
  Size count;

  template <int n> QBK_MEMBER void rows(Size first) const {
    constexpr Size c_stride = columns * lanes;
    accumulate_transposed<true, n, columns>(c + first * c_stride, c_stride, a + first, a_stride, b,
                                            b_stride, count);
  }
};

} // namespace qbk::QBK_PATH_NAMESPACE
