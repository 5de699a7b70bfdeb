// A step of a critic with its penalty's gradients written out: Wasserstein with a penalty between real and
// fake samples (Gulrajani et al., 2017, algorithm 1), or logarithmic with one at real samples (Mescheder
// et al., 2018, equation 9).

namespace qbk::QBK_PATH_NAMESPACE {

/// ln(1 + e^x).
static double softplus(double x) {
  return (x > 0 ? x : 0) + __builtin_log1p(__builtin_exp(x > 0 ? -x : x));
}

/// 1 / (1 + e^-x), the slope of softplus.
static double logistic(double x) { return 1 / (1 + __builtin_exp(-x)); }

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

  /// The score of the sample in `rooms.x`; `slope` gives the loss's by the score.
  template <typename Slope> double learn(Slope slope) const {
    pass_forward(plan, weights, rooms, z);
    double sum = 0;
    for (Size t = 0; t < plan.steps; ++t) {
      for (Size o = 0; o < plan.shape.outputs; ++o) {
        sum += static_cast<double>(rooms.y[t * plan.row_out + o]);
      }
    }
    const double score = sum / outputs();
    fill_slopes(slope(score) / outputs());
    pass_backward(plan, weights, rooms, z, d_y, nullptr, &sums, nullptr);
    return score;
  }

  /// ‖slope‖ of the sample in `rooms.x`, which is overwritten; `each` gives the loss's slope by the
  /// norm over the norm.
  template <typename Each> double punish(Size penalized, Each each_of) const {
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
    const double norm = __builtin_sqrt(squares), each = each_of(norm);
    for (Size t = 0; t < length; ++t) {
      for (Size c = 0; c < row; ++c) {
        rooms.x[t * row + c] = c < penalized ? static_cast<float>(each) * slopes[t * row + c] : 0;
      }
    }
    pass_again(plan, weights, rooms, z, u, d_y, sums);
    return norm;
  }

  /// Adds what one pair of samples gives to the losses; `share` is its part of the batch.
  void step(const float *real, const float *fake, float epsilon, const qbk_temporal_samples &samples,
            double share, qbk_temporal_losses &losses) const {
    const Size length = plan.shape.length, row = plan.row_in;
    const double factor = static_cast<double>(samples.penalty) * share;
    to_rows(fake, plan.inputs, length, rooms.x, row);
    losses.fake += share * learn([&](double) { return share; });
    to_rows(real, plan.inputs, length, rooms.x, row);
    losses.real += share * learn([&](double) { return -share; });
    for (Size t = 0; t < length; ++t) {
      for (Size c = 0; c < plan.inputs; ++c) {
        const Size at = c * length + t;
        rooms.x[t * row + c] = epsilon * real[at] + (1 - epsilon) * fake[at];
      }
    }
    // Where the norm is 0 it has no derivative; libtorch takes 0, too.
    const double norm = punish(samples.penalized, [&](double n) {
      return n == 0 ? 0 : 2 * factor * (n - 1) / n;
    });
    losses.penalty += factor * (norm - 1) * (norm - 1);
  }

  /// The same of the logarithmic loss.
  void step_logarithmic(const float *real, const float *fake, const qbk_temporal_samples &samples,
                        double share, qbk_temporal_losses &losses) const {
    const Size length = plan.shape.length, row = plan.row_in;
    const double factor = static_cast<double>(samples.penalty) * share;
    to_rows(fake, plan.inputs, length, rooms.x, row);
    losses.fake += share * softplus(learn([&](double s) { return share * logistic(s); }));
    to_rows(real, plan.inputs, length, rooms.x, row);
    losses.real += share * softplus(-learn([&](double s) { return -share * logistic(-s); }));
    const double norm = punish(samples.penalized, [&](double) { return 2 * factor; });
    losses.penalty += factor * norm * norm;
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
  const Size floats = plan.inputs * shape.length;
  losses = {0, 0, 0};
  for (Size sample = 0; sample < shape.batch; ++sample) {
    const float *const real = samples.real + sample * floats;
    const float *const fake = samples.fake + sample * floats;
    if (samples.epsilon) {
      critic.step(real, fake, samples.epsilon[sample], samples, share, losses);
    } else {
      critic.step_logarithmic(real, fake, samples, share, losses);
    }
  }
  unpack_temporal(plan, sums, ground.one_tap, gradients);
}

} // namespace qbk::QBK_PATH_NAMESPACE
