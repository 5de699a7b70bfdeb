// Batch normalisation (Ioffe and Szegedy, 2015) of the columns of a matrix by their own moments.

namespace qbk::QBK_PATH_NAMESPACE {

/// Rows whose sums are formed first and then added to the others', so that rounding errors grow
/// with neither number alone.
constexpr Size chunk_rows = 128;
/// Vectors of columns that go through the rows together.
constexpr Size strip = 4;

/// The vectors of one strip; unless it is full, the last ones hold less or nothing.
template <bool full> struct Strip {
  Size first, columns;

  QBK_MEMBER Size left(Size v) const {
    if (full) return lanes;
    const Size from = v * lanes;
    return columns > from ? columns - from : 0;
  }
  QBK_MEMBER Vector read(const float *row, Size v) const {
    return load_part(row + first + v * lanes, left(v));
  }
  QBK_MEMBER void write(float *row, Size v, Vector value) const {
    store_part(row + first + v * lanes, value, left(v));
  }
};

/// Calls `body` for the strips of all columns.
template <class Body> QBK_INLINE void over_strips(Size columns, Body body) {
  Size first = 0;
  for (; first + strip * lanes <= columns; first += strip * lanes) {
    body(Strip<true>{first, strip * lanes});
  }
  if (first < columns) body(Strip<false>{first, columns - first});
}

/// Means and mean squared deviations of the columns, chunk by chunk as Chan, Golub and LeVeque
/// (1983) join them.
static void column_moments(const float *x, Size rows, Size columns, float *mean, float *variance) {
  over_strips(columns, [&](auto s) __attribute__((always_inline)) {
    Vector means[strip] = {}, squares[strip] = {};
    for (Size start = 0; start < rows; start += chunk_rows) {
      const Size count = rows - start < chunk_rows ? rows - start : chunk_rows;
      const float *from = x + start * columns;
      Vector sums[strip] = {}, own[strip] = {};
      for (Size r = 0; r < count; ++r) {
        for (Size v = 0; v < strip; ++v) sums[v] += s.read(from + r * columns, v);
      }
      for (Size v = 0; v < strip; ++v) sums[v] *= 1 / static_cast<float>(count);
      for (Size r = 0; r < count; ++r) {
        for (Size v = 0; v < strip; ++v) {
          const Vector d = s.read(from + r * columns, v) - sums[v];
          own[v] += d * d;
        }
      }
      const float share = static_cast<float>(count) / static_cast<float>(start + count);
      const float weight = static_cast<float>(start) * share;
      for (Size v = 0; v < strip; ++v) {
        const Vector d = sums[v] - means[v];
        means[v] += d * share;
        squares[v] += own[v] + d * d * weight;
      }
    }
    for (Size v = 0; v < strip; ++v) {
      s.write(mean, v, means[v]);
      s.write(variance, v, squares[v] * (1 / static_cast<float>(rows)));
    }
  });
}

/// What is done to a column once its moments are known.
struct Stretch {
  Vector centre, factor, added;

  QBK_MEMBER Vector operator()(Vector x) const { return (x - centre) * factor + added; }
};

template <class Columns>
QBK_INLINE Stretch stretch_of(Columns s, Size v, const float *mean, const float *inverse,
                              const float *gain, const float *shift) {
  return {s.read(mean, v), s.read(inverse, v) * s.read(gain, v), s.read(shift, v)};
}

template <bool rectified>
static void stretch_rows(const qbk_batch_shape &shape, const float *x, const float *gain,
                         const float *shift, const float *mean, const float *inverse, float *y) {
  over_strips(shape.columns, [&](auto s) __attribute__((always_inline)) {
    Stretch stretch[strip];
    for (Size v = 0; v < strip; ++v) stretch[v] = stretch_of(s, v, mean, inverse, gain, shift);
    for (Size r = 0; r < shape.rows; ++r) {
      for (Size v = 0; v < strip; ++v) {
        Vector value = stretch[v](s.read(x + r * shape.columns, v));
        // By a comparison that does not hold for NaN, which stays.
        if (rectified) value = value < Vector(0.0f) ? Vector(0.0f) : value;
        s.write(y + r * shape.columns, v, value);
      }
    }
  });
}

static void batch_norm_forward(const qbk_batch_shape &shape, const float *x, const float *gain,
                               const float *shift, float *mean, float *variance, float *inverse,
                               float *y) {
  column_moments(x, shape.rows, shape.columns, mean, variance);
  for (Size c = 0; c < shape.columns; ++c) {
    inverse[c] = 1 / __builtin_sqrtf(variance[c] + shape.epsilon);
  }
  if (shape.rectified) {
    stretch_rows<true>(shape, x, gain, shift, mean, inverse, y);
  } else {
    stretch_rows<false>(shape, x, gain, shift, mean, inverse, y);
  }
}

template <bool rectified>
static void backward_rows(const qbk_batch_shape &shape, const float *x, const float *gain,
                          const float *shift, const float *mean, const float *inverse,
                          const float *d_y, float *d_x, float *d_gain, float *d_shift) {
  const Size rows = shape.rows, columns = shape.columns;
  over_strips(columns, [&](auto s) __attribute__((always_inline)) {
    Stretch stretch[strip];
    Vector sums[strip] = {}, aligned[strip] = {};
    for (Size v = 0; v < strip; ++v) stretch[v] = stretch_of(s, v, mean, inverse, gain, shift);
    // The slope by what is normalised; none comes through a rectifier that is shut.
    const auto slope = [&](Size r, Size v, Vector value) __attribute__((always_inline)) {
      const Vector d = s.read(d_y + r * columns, v);
      return rectified ? (stretch[v](value) <= Vector(0.0f) ? Vector(0.0f) : d) : d;
    };
    for (Size start = 0; start < rows; start += chunk_rows) {
      const Size end = rows - start < chunk_rows ? rows : start + chunk_rows;
      Vector some[strip] = {}, along[strip] = {};
      for (Size r = start; r < end; ++r) {
        for (Size v = 0; v < strip; ++v) {
          const Vector value = s.read(x + r * columns, v), d = slope(r, v, value);
          some[v] += d;
          along[v] += d * (value - stretch[v].centre);
        }
      }
      for (Size v = 0; v < strip; ++v) {
        sums[v] += some[v];
        aligned[v] += along[v];
      }
    }
    for (Size v = 0; v < strip; ++v) {
      s.write(d_shift, v, sums[v]);
      s.write(d_gain, v, aligned[v] * s.read(inverse, v));
    }
    if (!d_x) return;
    const float share = 1 / static_cast<float>(rows);
    for (Size v = 0; v < strip; ++v) {
      const Vector scale = s.read(inverse, v);
      sums[v] *= share;
      aligned[v] *= share * scale * scale;
    }
    for (Size r = 0; r < rows; ++r) {
      for (Size v = 0; v < strip; ++v) {
        const Vector value = s.read(x + r * columns, v);
        const Vector rest = (value - stretch[v].centre) * aligned[v];
        s.write(d_x + r * columns, v, (slope(r, v, value) - sums[v] - rest) * stretch[v].factor);
      }
    }
  });
}

static void batch_norm_backward(const qbk_batch_shape &shape, const float *x, const float *gain,
                                const float *shift, const float *mean, const float *inverse,
                                const float *d_y, float *d_x, float *d_gain, float *d_shift) {
  if (shape.rectified) {
    backward_rows<true>(shape, x, gain, shift, mean, inverse, d_y, d_x, d_gain, d_shift);
  } else {
    backward_rows<false>(shape, x, gain, shift, mean, inverse, d_y, d_x, d_gain, d_shift);
  }
}

} // namespace qbk::QBK_PATH_NAMESPACE
