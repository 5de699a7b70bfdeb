// A recurrent layer's entry in its path's table.

namespace qbk::QBK_PATH_NAMESPACE {

template <class Cell> static Size kept_floats(const Shape &shape) {
  return Plan<Cell>(shape).kept();
}

template <class Cell> static Size scratch_floats(const Shape &shape) {
  const Plan<Cell> plan(shape);
  const Size forward = plan.forward_scratch(), backward = plan.backward_scratch();
  return forward > backward ? forward : backward;
}

template <class Cell> constexpr Recurrent layer() {
  return {kept_floats<Cell>, scratch_floats<Cell>, forward<Cell>, backward<Cell>};
}

} // namespace qbk::QBK_PATH_NAMESPACE
