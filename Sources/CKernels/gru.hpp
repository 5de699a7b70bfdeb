// Gated recurrent unit (Cho et al., 2014), in cuDNN's form: the reset gate acts after the product.
//
//   h' = (1 - z) n + z h  with  r, z = σ(W x + b + U h + d),  n = tanh(W x + b + r (U h + d))

namespace qbk::QBK_PATH_NAMESPACE {

struct GRU {
  static constexpr bool has_cell = false;
  static constexpr bool passes_hidden = true;
  // Sums: new (from the input), reset, update, new (from the hidden state). PyTorch's gates: reset,
  // update, new.
  using Input = Source<0, 2, 0, 1>;
  using Hidden = Source<1, 0, 1, 2>;

  static QBK_MEMBER Unit forward(const Vector (&sum)[sums], Vector hidden, Vector) {
    const Vector r = sigmoid(sum[1]), z = sigmoid(sum[2]), n = tanh(sum[0] + r * sum[3]);
    return {{n, r, z, sum[3]}, n + z * (hidden - n), 0.0f};
  }

  static QBK_MEMBER Slope backward(const Unit &unit, Vector hidden, Vector, Vector d, Vector) {
    const Vector n = unit.kept[0], r = unit.kept[1], z = unit.kept[2], recurrent = unit.kept[3];
    const Vector d_new = d * (1.0f - z) * (1.0f - n * n);
    return {{d_new, d_new * recurrent * (r * (1.0f - r)), d * (hidden - n) * (z * (1.0f - z)),
             d_new * r},
            d * z,
            0.0f};
  }
};

} // namespace qbk::QBK_PATH_NAMESPACE
