// Products of small matrices, accumulated in registers.

namespace qbk::QBK_PATH_NAMESPACE {

/// acc[r][first + q] += Σ a[r][k] b[k][q] over `count` k's, for q in 0 ..< columns vectors. Rows of a
/// are `a_stride` floats apart, those of b follow each other.
template <int first, int columns, int rows, int width>
QBK_INLINE void accumulate(Vector (&acc)[rows][width], const float *a, Size a_stride,
                           const float *b, Size count) {
  for (Size k = 0; k < count; ++k) {
    Vector row[columns];
#pragma unroll
    for (int q = 0; q < columns; ++q) row[q] = load(b + (k * columns + q) * lanes);
#pragma unroll
    for (int r = 0; r < rows; ++r) {
      const Vector factor = a[r * a_stride + k];
#pragma unroll
      for (int q = 0; q < columns; ++q) acc[r][first + q] += factor * row[q];
    }
  }
}

/// c[i][q] += Σ a[k][i] b[k][q] over `count` k's; rows of c follow each other.
template <int rows, int columns>
QBK_INLINE void accumulate_transposed(float *c, const float *a, Size a_stride, const float *b,
                                      Size b_stride, Size count) {
  constexpr Size c_stride = columns * lanes;
  Vector acc[rows][columns];
#pragma unroll
  for (int i = 0; i < rows; ++i) {
#pragma unroll
    for (int q = 0; q < columns; ++q) acc[i][q] = load(c + i * c_stride + q * lanes);
  }
  for (Size k = 0; k < count; ++k) {
    Vector row[columns];
#pragma unroll
    for (int q = 0; q < columns; ++q) row[q] = load(b + k * b_stride + q * lanes);
#pragma unroll
    for (int i = 0; i < rows; ++i) {
      const Vector factor = a[k * a_stride + i];
#pragma unroll
      for (int q = 0; q < columns; ++q) acc[i][q] += factor * row[q];
    }
  }
#pragma unroll
  for (int i = 0; i < rows; ++i) {
#pragma unroll
    for (int q = 0; q < columns; ++q) store(c + i * c_stride + q * lanes, acc[i][q]);
  }
}

/// Calls `work.template rows<n>(first)` for register tiles of rows that cover 0 ..< count.
template <class Work> QBK_INLINE void over_rows(Size count, const Work &work) {
  Size first = 0;
  for (; first + tile_rows <= count; first += tile_rows) work.template rows<tile_rows>(first);
  switch (count - first) {
  case 5: if constexpr (tile_rows > 5) work.template rows<5>(first); break;
  case 4: if constexpr (tile_rows > 4) work.template rows<4>(first); break;
  case 3: if constexpr (tile_rows > 3) work.template rows<3>(first); break;
  case 2: if constexpr (tile_rows > 2) work.template rows<2>(first); break;
  case 1: work.template rows<1>(first); break;
  default: break;
  }
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
    accumulate_transposed<n, columns>(c + first * columns * lanes, a + first, a_stride, b, b_stride,
                                      count);
  }
};

} // namespace qbk::QBK_PATH_NAMESPACE
