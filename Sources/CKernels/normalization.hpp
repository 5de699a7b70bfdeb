// Layer normalisation (Ba et al., 2016) of rows whose last vector is filled up with zeros.

namespace qbk::QBK_PATH_NAMESPACE {

/// The sum of all lanes.
template <class Lanes> QBK_INLINE float total(Lanes v) {
  if constexpr (sizeof(Lanes) == 2 * sizeof(float)) {
    return v.lo + v.hi;
  } else {
    return total(v.lo + v.hi);
  }
}

/// Ones where a row of `columns` has elements in its last vector, then zeros.
QBK_INLINE Vector last_lanes(Size columns) {
  float ones[lanes];
  const Size used = columns - (vectors(columns) - 1) * lanes;
  for (Size i = 0; i < lanes; ++i) ones[i] = i < used ? 1 : 0;
  return load(ones);
}

/// normal = (x - mean) / deviation for each row, and 1 / deviation.
static void normalize(const float *x, Size stride, Size columns, Size count, float epsilon,
                      float *normal, float *inverse) {
  const Size blocks = vectors(columns);
  const Vector tail = last_lanes(columns);
  for (Size r = 0; r < count; ++r) {
    const float *from = x + r * stride;
    float *to = normal + r * stride;
    Vector sum = 0.0f;
    for (Size c = 0; c < blocks; ++c) sum += load(from + c * lanes);
    const float mean = total(sum) / static_cast<float>(columns);
    Vector squares = 0.0f;
    for (Size c = 0; c < blocks; ++c) {
      Vector d = load(from + c * lanes) - mean;
      if (c + 1 == blocks) d *= tail;
      store(to + c * lanes, d);
      squares += d * d;
    }
    const float variance = total(squares) / static_cast<float>(columns);
    inverse[r] = 1 / __builtin_sqrtf(variance + epsilon);
    for (Size c = 0; c < blocks; ++c) store(to + c * lanes, load(to + c * lanes) * inverse[r]);
  }
}

/// y = normal · gain + shift.
static void stretch(const float *normal, Size stride, Size columns, Size count, const float *gain,
                    const float *shift, float *y) {
  for (Size r = 0; r < count; ++r) {
    for (Size c = 0; c < vectors(columns) * lanes; c += lanes) {
      const Size at = r * stride + c;
      store(y + at, load(normal + at) * load(gain + c) + load(shift + c));
    }
  }
}

/// From gradients by y to those by x, in place; adds those by gain and shift.
static void normalize_backward(float *d, const float *normal, const float *inverse, Size stride,
                               Size columns, Size count, const float *gain, float *d_gain,
                               float *d_shift) {
  const Size blocks = vectors(columns);
  const float share = 1 / static_cast<float>(columns);
  for (Size r = 0; r < count; ++r) {
    float *row = d + r * stride;
    const float *unit = normal + r * stride;
    Vector sum = 0.0f, aligned = 0.0f;
    for (Size c = 0; c < blocks * lanes; c += lanes) {
      const Vector slope = load(row + c), u = load(unit + c);
      store(d_gain + c, load(d_gain + c) + slope * u);
      store(d_shift + c, load(d_shift + c) + slope);
      const Vector inner = slope * load(gain + c);
      sum += inner;
      aligned += inner * u;
      store(row + c, inner);
    }
    const float mean = total(sum) * share, along = total(aligned) * share;
    for (Size c = 0; c < blocks * lanes; c += lanes) {
      store(row + c, inverse[r] * (load(row + c) - mean - load(unit + c) * along));
    }
  }
}

} // namespace qbk::QBK_PATH_NAMESPACE
