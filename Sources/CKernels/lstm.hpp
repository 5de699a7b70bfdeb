// Long short-term memory (Hochreiter and Schmidhuber, 1997; forget gate: Gers et al., 2000).
//
//   c' = f c + i g,  h' = o tanh c'
//   with  i, f, o = σ(W x + b + U h + d),  g = tanh(W x + b + U h + d)

namespace qbk::QBK_PATH_NAMESPACE {

struct LSTM {
  static constexpr bool has_cell = true;
  /// Whether the hidden state also goes on past the sums.
  static constexpr bool passes_hidden = false;
  // Sums and gates: input, forget, cell, output.
  using Input = Source<0, 0, 1, 2, 3>;
  using Hidden = Source<0, 0, 1, 2, 3>;

  static QBK_MEMBER Unit forward(const Vector (&sum)[sums], Vector, Vector cell) {
    const Vector i = sigmoid(sum[0]), f = sigmoid(sum[1]), g = tanh(sum[2]), o = sigmoid(sum[3]);
    const Vector c = f * cell + i * g;
    return {{i, f, g, o}, o * tanh(c), c};
  }

  static QBK_MEMBER Slope backward(const Unit &unit, Vector, Vector cell, Vector d_hidden,
                                   Vector d_cell) {
    const Vector i = unit.kept[0], f = unit.kept[1], g = unit.kept[2], o = unit.kept[3];
    // Cheaper to compute again than to fetch from memory.
    const Vector squashed = tanh(unit.cell);
    const Vector d = d_cell + d_hidden * o * (1.0f - squashed * squashed);
    return {{d * g * (i * (1.0f - i)), d * cell * (f * (1.0f - f)), d * i * (1.0f - g * g),
             d_hidden * squashed * (o * (1.0f - o))},
            0.0f,
            d * f};
  }
};

} // namespace qbk::QBK_PATH_NAMESPACE
