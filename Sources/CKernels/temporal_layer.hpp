// Temporal convolutions over a batch, forward and backward.

namespace qbk::QBK_PATH_NAMESPACE {

/// [channels, steps] to rows of channels, zeros beyond them.
static void to_rows(const float *x, Size channels, Size steps, float *rows, Size row) {
  for (Size t = 0; t < steps; ++t) {
    for (Size c = 0; c < row; ++c) rows[t * row + c] = c < channels ? x[c * steps + t] : 0;
  }
}

static void from_rows(const float *rows, Size row, Size channels, Size steps, float *x) {
  for (Size c = 0; c < channels; ++c) {
    for (Size t = 0; t < steps; ++t) x[c * steps + t] = rows[t * row + c];
  }
}

/// What all entries begin with.
struct TemporalGround {
  const TemporalPlan plan;
  float *const one_tap;
  TemporalWeights weights;
  const TemporalRooms rooms;

  TemporalGround(const TemporalShape &shape, Area &area)
      : plan(shape), one_tap(area.take(widest_tap(plan))),
        weights(TemporalWeights::lay_out(plan, area)), rooms(TemporalRooms::lay_out(plan, area)) {}
};

static Size temporal_kept(const TemporalShape &shape) {
  return shape.batch * TemporalPlan(shape).values;
}

/// Enough for any of the entries.
static Size temporal_scratch(const TemporalShape &shape) {
  Area area{nullptr};
  const TemporalGround ground(shape, area);
  TemporalSums::lay_out(ground.plan, area);
  area.take(ground.plan.values);
  area.take(ground.plan.values);
  area.take(shape.length * ground.plan.row_in);
  area.take(ground.plan.steps * ground.plan.row_out);
  return area.used;
}

static void temporal_forward(const TemporalShape &shape, const float *const *weights,
                             const float *x, float *y, float *kept, float *scratch) {
  Area area{scratch};
  TemporalGround ground(shape, area);
  const TemporalPlan &plan = ground.plan;
  float *const values = area.take(plan.values);
  pack_temporal(plan, weights, ground.one_tap, ground.weights);
  for (Size sample = 0; sample < shape.batch; ++sample) {
    float *const z = kept ? kept + sample * plan.values : values;
    to_rows(x + sample * plan.inputs * shape.length, plan.inputs, shape.length, ground.rooms.x,
            plan.row_in);
    pass_forward(plan, ground.weights, ground.rooms, z);
    from_rows(ground.rooms.y, plan.row_out, shape.outputs, plan.steps,
              y + sample * shape.outputs * plan.steps);
  }
}

static void temporal_backward(const TemporalShape &shape, const float *const *weights,
                              const float *x, const float *d_y, const float *kept,
                              float *const *gradients, float *d_x, float *scratch) {
  Area area{scratch};
  TemporalGround ground(shape, area);
  const TemporalPlan &plan = ground.plan;
  auto sums = TemporalSums::lay_out(plan, area);
  float *const slopes = area.take(shape.length * plan.row_in);
  pack_temporal(plan, weights, ground.one_tap, ground.weights);
  for (Size sample = 0; sample < shape.batch; ++sample) {
    const Size first = sample * plan.inputs * shape.length;
    to_rows(x + first, plan.inputs, shape.length, ground.rooms.x, plan.row_in);
    to_rows(d_y + sample * shape.outputs * plan.steps, shape.outputs, plan.steps, ground.rooms.y,
            plan.row_out);
    pass_backward(plan, ground.weights, ground.rooms, kept + sample * plan.values, ground.rooms.y,
                  nullptr, gradients ? &sums : nullptr, d_x ? slopes : nullptr);
    if (d_x) from_rows(slopes, plan.row_in, plan.inputs, shape.length, d_x + first);
  }
  if (gradients) unpack_temporal(plan, sums, ground.one_tap, gradients);
}

} // namespace qbk::QBK_PATH_NAMESPACE
