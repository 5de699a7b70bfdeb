// A step of a Wasserstein critic with gradient penalty (Gulrajani et al., 2017, algorithm 1), with the
// penalty's gradients written out.

namespace qbk::QBK_PATH_NAMESPACE {

struct TemporalCritic {
  const TemporalPlan &plan;
  const TemporalWeights &weights;
  const TemporalRooms &rooms;
  TemporalSums &sums;
  /// Of every layer.
  float *z, *u;
  /// The input's slopes.
  float *slopes;
  /// The output's slopes.
  float *d_y;

  /// Every output has the same.
  void fill_slopes(double slope) const {
    const Size outputs = plan.shape.outputs;
    for (Size t = 0; t < plan.steps; ++t) {
      for (Size o = 0; o < plan.row_out; ++o) {
        d_y[t * plan.row_out + o] = o < outputs ? static_cast<float>(slope) : 0;
      }
    }
  }

  double outputs() const { return static_cast<double>(plan.steps * plan.shape.outputs); }

  /// The score of the sample in `rooms.x`; `slope` is the loss's by the score.
  double learn(double slope) const {
    pass_forward(plan, weights, rooms, z);
    double sum = 0;
    for (Size t = 0; t < plan.steps; ++t) {
      for (Size o = 0; o < plan.shape.outputs; ++o) {
        sum += static_cast<double>(rooms.y[t * plan.row_out + o]);
      }
    }
    fill_slopes(slope / outputs());
    pass_backward(plan, weights, rooms, z, d_y, nullptr, &sums, nullptr);
    return sum / outputs();
  }

  /// (‖slope‖ - 1)² of the sample in `rooms.x`, which is overwritten; `factor` is what the loss
  /// multiplies it with.
  double punish(double factor, Size penalized) const {
    pass_forward(plan, weights, rooms, z);
    fill_slopes(1 / outputs());
    pass_backward(plan, weights, rooms, z, d_y, u, nullptr, slopes);
    const Size length = plan.shape.length, row = plan.row_in;
    double squares = 0;
    for (Size t = 0; t < length; ++t) {
      for (Size c = 0; c < penalized; ++c) {
        const double slope = static_cast<double>(slopes[t * row + c]);
        squares += slope * slope;
      }
    }
    const double norm = __builtin_sqrt(squares);
    // Where the norm is 0 it has no derivative; libtorch takes 0, too.
    const double each = norm == 0 ? 0 : 2 * factor * (norm - 1) / norm;
    for (Size t = 0; t < length; ++t) {
      for (Size c = 0; c < row; ++c) {
        rooms.x[t * row + c] = c < penalized ? static_cast<float>(each) * slopes[t * row + c] : 0;
      }
    }
    pass_again(plan, weights, rooms, z, u, d_y, sums);
    return (norm - 1) * (norm - 1);
  }
};

static void temporal_critic(const TemporalShape &shape, const float *const *tensors,
                            const qbk_temporal_samples &samples, float *const *gradients,
                            qbk_temporal_losses &losses, float *scratch) {
  Area area{scratch};
  TemporalGround ground(shape, area);
  const TemporalPlan &plan = ground.plan;
  auto sums = TemporalSums::lay_out(plan, area);
  float *const z = area.take(plan.values), *const u = area.take(plan.values);
  float *const slopes = area.take(shape.length * plan.row_in);
  float *const d_y = area.take(plan.steps * plan.row_out);
  const TemporalCritic critic{plan, ground.weights, ground.rooms, sums, z, u, slopes, d_y};
  pack_temporal(plan, tensors, ground.one_tap, ground.weights);
  const double share = 1 / static_cast<double>(shape.batch);
  const double factor = static_cast<double>(samples.penalty) * share;
  const Size length = shape.length, row = plan.row_in;
  losses = {0, 0, 0};
  for (Size sample = 0; sample < shape.batch; ++sample) {
    const float *const real = samples.real + sample * plan.inputs * length;
    const float *const fake = samples.fake + sample * plan.inputs * length;
    to_rows(fake, plan.inputs, length, ground.rooms.x, row);
    losses.fake += share * critic.learn(share);
    to_rows(real, plan.inputs, length, ground.rooms.x, row);
    losses.real += share * critic.learn(-share);
    const float epsilon = samples.epsilon[sample];
    for (Size t = 0; t < length; ++t) {
      for (Size c = 0; c < plan.inputs; ++c) {
        const Size at = c * length + t;
        ground.rooms.x[t * row + c] = epsilon * real[at] + (1 - epsilon) * fake[at];
      }
    }
    losses.penalty += factor * critic.punish(factor, samples.penalized);
  }
  unpack_temporal(plan, sums, ground.one_tap, gradients);
}

} // namespace qbk::QBK_PATH_NAMESPACE
