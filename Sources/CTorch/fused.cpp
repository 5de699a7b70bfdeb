#include "fused.hpp"

using namespace qbt;

namespace {

/// A qbk_path, or -1 for the best.
std::atomic<int32_t> chosen_path{-1};

} // namespace

namespace qbt {

qbk_path fused_path() {
  const int32_t path = chosen_path.load(std::memory_order_relaxed);
  return path < 0 ? qbk_best_path() : static_cast<qbk_path>(path);
}

at::Tensor dropout_mask(at::IntArrayRef sizes, const at::Tensor &like, double probability,
                        qbt_generator *generator) {
  if (!(probability >= 0 && probability < 1)) {
    throw std::invalid_argument("dropout: probability must be in [0, 1)");
  }
  if (probability == 0) return {};
  if (!generator) throw std::invalid_argument("dropout: there is no generator to draw from");
  const double kept = 1 - probability;
  const auto mask = at::empty(sizes, like.options());
  draw(mask, kept, 1 / kept, generator);
  return mask;
}

variable_list gradients_in_graph(const variable_list &outputs, const variable_list &seeds,
                                 const variable_list &inputs) {
  variable_list from, weights, by;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!seeds[i].defined()) continue;
    from.push_back(outputs[i]);
    weights.push_back(seeds[i]);
  }
  for (const auto &input : inputs) {
    if (input.defined() && input.requires_grad()) by.push_back(input);
  }
  const auto found = torch::autograd::grad(from, by, weights, /*retain_graph=*/true,
                                           /*create_graph=*/true, /*allow_unused=*/true);
  variable_list gradients(inputs.size());
  size_t next = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].defined() && inputs[i].requires_grad()) gradients[i] = found[next++];
  }
  return gradients;
}

} // namespace qbt

int32_t qbt_fused_use_path(int32_t path) noexcept {
  return guarded([&] {
    if (path >= 0 && !qbt_fused_path_is_available(path)) {
      throw std::invalid_argument("this processor lacks the instructions asked for");
    }
    chosen_path.store(path < 0 ? -1 : path, std::memory_order_relaxed);
  });
}

int32_t qbt_fused_path(void) noexcept { return fused_path(); }

int32_t qbt_fused_path_is_available(int32_t path) noexcept {
  return path >= QBK_PORTABLE && path <= QBK_AVX512 &&
         qbk_path_is_available(static_cast<qbk_path>(path));
}
