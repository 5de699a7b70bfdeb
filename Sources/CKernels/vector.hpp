// Vectors of QBK_LANES floats, and functions of them.

// A name of its own, since the path's table already has the path's.
#define QBK_JOIN(a, b) a##b
#define QBK_NAME(path) QBK_JOIN(path, _code)
#define QBK_PATH_NAMESPACE QBK_NAME(QBK_PATH)

#define QBK_INLINE static inline __attribute__((always_inline))
#define QBK_MEMBER inline __attribute__((always_inline))

// a * b + c is one instruction where the path has it.
#pragma clang fp contract(fast)

namespace qbk::QBK_PATH_NAMESPACE {

constexpr Size lanes = QBK_LANES;
/// Rows that a register tile has at most.
constexpr int tile_rows = QBK_ROWS;

typedef float Vector __attribute__((ext_vector_type(QBK_LANES)));
typedef uint32_t Bits __attribute__((ext_vector_type(QBK_LANES)));

/// Vectors that hold `count` floats.
QBK_INLINE Size vectors(Size count) { return (count + lanes - 1) / lanes; }

/// A count rounded up to whole cache lines, so that every array in a scratch area starts on one.
QBK_INLINE Size lines(Size floats) { return (floats + 15) / 16 * 16; }

QBK_INLINE Vector load(const float *p) {
  Vector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

QBK_INLINE void store(float *p, Vector v) { __builtin_memcpy(p, &v, sizeof v); }

/// The first `count` lanes from memory, zeros after them.
QBK_INLINE Vector load_part(const float *p, Size count) {
  if (count >= lanes) return load(p);
  Vector v = 0.0f;
  __builtin_memcpy(&v, p, count * sizeof(float));
  return v;
}

/// The first `count` lanes to memory.
QBK_INLINE void store_part(float *p, Vector v, Size count) {
  if (count >= lanes) return store(p, v);
  __builtin_memcpy(p, &v, count * sizeof(float));
}

/// Into [low, high]; comparisons, since a minimum instruction would turn NaN into a number.
QBK_INLINE Vector clamp(Vector x, float low, float high) {
  x = x < Vector(low) ? Vector(low) : x;
  return x > Vector(high) ? Vector(high) : x;
}

/// e^x = power · (1 + rest), |x| ≤ 87: a power of two, and e^r - 1 for the |r| ≤ ln 2 / 2 left
/// over.
struct Exponential {
  Vector power, rest;
};

QBK_INLINE Exponential exponential(Vector x) {
  // Adding and subtracting 1.5 · 2^23 rounds to a whole number, which the sum's low bits hold.
  const Vector shifted = x * 1.44269504f + 12582912.0f;
  const Vector n = shifted - 12582912.0f;
  // ln 2 in two parts, the first short enough for an exact product.
  const Vector r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  Vector p = r * (1.0f / 5040) + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  const Bits power = (__builtin_bit_cast(Bits, shifted) - 0x4B400000u + 127u) << 23;
  return {__builtin_bit_cast(Vector, power), (p * r) * r + r};
}

/// Relative error about 1e-7; 0 below -87.
QBK_INLINE Vector exp(Vector x) {
  const Exponential e = exponential(clamp(x, -87.0f, 87.0f));
  return e.power * e.rest + e.power;
}

QBK_INLINE Vector sigmoid(Vector x) { return 1.0f / (1.0f + exp(-x)); }

/// With m = e^2x - 1, tanh x = m / (m + 2): relative error about 2e-7, near zero too.
QBK_INLINE Vector tanh(Vector x) {
  const Exponential e = exponential(clamp(x + x, -18.5f, 18.5f));
  const Vector m = e.power * e.rest + (e.power - 1.0f);
  return m / (m + 2.0f);
}

} // namespace qbk::QBK_PATH_NAMESPACE
