// Products of a tile of rows with a whole weight matrix, packed in panels of a few vectors of
// columns: [panel][k][column]. Columns that fill up the last vector have weight 0.

namespace qbk::QBK_PATH_NAMESPACE {

/// Floats of a packed matrix of `depth` rows.
QBK_INLINE Size panel_floats(Size depth, Size columns) {
  return lines(depth * vectors(columns) * lanes);
}

/// Whether five rows of five vectors, and a row of the other factor, fit into the registers.
constexpr bool has_wide_panels = tile_rows > 5;

/// Vectors of the next panel where `left` are to be covered. A panel of one alone would leave most of
/// the arithmetic idle.
QBK_INLINE Size panel_width(Size left) {
  if (has_wide_panels && left == 5) return 5;
  return left < 4 ? left : 4;
}

/// Packs `scale` · w [depth, columns], or the transpose of w [columns, depth].
static void pack_panels(const float *w, Size depth, Size columns, bool transposed, float scale,
                        float *packed) {
  const Size all = vectors(columns);
  for (Size first = 0, width = 0; first < all; first += width / lanes) {
    width = panel_width(all - first) * lanes;
    for (Size k = 0; k < depth; ++k, packed += width) {
      for (Size c = 0; c < width; ++c) {
        const Size column = first * lanes + c;
        const Size at = transposed ? column * depth + k : k * columns + column;
        packed[c] = column < columns ? scale * w[at] : 0;
      }
    }
  }
}

/// The reverse of `pack_panels` without a transposition.
static void unpack_panels(const float *packed, Size depth, Size columns, float scale, float *w) {
  const Size all = vectors(columns);
  for (Size first = 0, width = 0; first < all; first += width / lanes) {
    width = panel_width(all - first) * lanes;
    for (Size k = 0; k < depth; ++k, packed += width) {
      for (Size c = 0; c < width && first * lanes + c < columns; ++c) {
        w[k * columns + first * lanes + c] = scale * packed[c];
      }
    }
  }
}

/// What a product starts from.
enum class Start { zero, bias, sum };

/// c = start + a · panel, for one panel of `columns` vectors.
template <Start start, int columns> struct PanelProduct {
  const float *a;
  Size a_stride;
  Size depth;
  const float *panel;
  const float *bias;
  float *c;
  Size c_stride;

  template <int n> QBK_MEMBER void rows(Size first) const {
    float *to = c + first * c_stride;
    Vector acc[n][columns];
#pragma unroll
    for (int r = 0; r < n; ++r) {
#pragma unroll
      for (int q = 0; q < columns; ++q) {
        acc[r][q] = start == Start::zero   ? Vector(0.0f)
                    : start == Start::bias ? load(bias + q * lanes)
                                           : load(to + r * c_stride + q * lanes);
      }
    }
    accumulate<0, columns>(acc, a + first * a_stride, a_stride, panel, columns * lanes, depth);
#pragma unroll
    for (int r = 0; r < n; ++r) {
#pragma unroll
      for (int q = 0; q < columns; ++q) store(to + r * c_stride + q * lanes, acc[r][q]);
    }
  }
};

/// c [count, columns] = start + a [count, depth] · packed.
template <Start start>
static void product(const float *a, Size a_stride, Size count, Size depth, const float *packed,
                    Size columns, const float *bias, float *c, Size c_stride) {
  for (Size left = vectors(columns); left > 0;) {
    const Size width = panel_width(left);
    switch (width) {
    case 5:
      if constexpr (has_wide_panels) {
        over_rows<5>(count, PanelProduct<start, 5>{a, a_stride, depth, packed, bias, c, c_stride});
      }
      break;
    case 4:
      over_rows(count, PanelProduct<start, 4>{a, a_stride, depth, packed, bias, c, c_stride});
      break;
    case 3:
      over_rows(count, PanelProduct<start, 3>{a, a_stride, depth, packed, bias, c, c_stride});
      break;
    case 2:
      over_rows(count, PanelProduct<start, 2>{a, a_stride, depth, packed, bias, c, c_stride});
      break;
    default:
      over_rows(count, PanelProduct<start, 1>{a, a_stride, depth, packed, bias, c, c_stride});
    }
    packed += depth * width * lanes;
    if (start == Start::bias) bias += width * lanes;
    c += width * lanes;
    left -= width;
  }
}

/// packed [depth, columns] += aᵀ b, for a [count, depth] and b [count, columns].
static void add_outer(float *packed, const float *a, Size a_stride, Size depth, const float *b,
                      Size b_stride, Size columns, Size count) {
  for (Size left = vectors(columns); left > 0;) {
    const Size width = panel_width(left);
    switch (width) {
    case 5:
      if constexpr (has_wide_panels) {
        over_rows<5>(depth, TransposedProduct<5>{packed, a, a_stride, b, b_stride, count});
      }
      break;
    case 4: over_rows(depth, TransposedProduct<4>{packed, a, a_stride, b, b_stride, count}); break;
    case 3: over_rows(depth, TransposedProduct<3>{packed, a, a_stride, b, b_stride, count}); break;
    case 2: over_rows(depth, TransposedProduct<2>{packed, a, a_stride, b, b_stride, count}); break;
    default: over_rows(depth, TransposedProduct<1>{packed, a, a_stride, b, b_stride, count});
    }
    packed += depth * width * lanes;
    b += width * lanes;
    left -= width;
  }
}

/// total += the sum of the rows of a.
static void add_rows(float *total, const float *a, Size a_stride, Size columns, Size count) {
  for (Size c = 0; c < vectors(columns); ++c) {
    Vector sum = load(total + c * lanes);
    for (Size r = 0; r < count; ++r) sum += load(a + r * a_stride + c * lanes);
    store(total + c * lanes, sum);
  }
}

} // namespace qbk::QBK_PATH_NAMESPACE
