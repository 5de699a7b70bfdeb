#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "shim.hpp"

using namespace qbt;

namespace {

/// SplitMix64 (Steele, Lea and Flood, 2014): element `index` of the sequence of a seed.
inline uint64_t split_mix(uint64_t seed, uint64_t index) {
  uint64_t z = seed + (index + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// Two elements a number of 64 bits; `limit` is the probability times 2^32.
template <class Element>
void fill(Element *to, size_t count, uint64_t seed, uint64_t limit, Element value) {
  const size_t pairs = count / 2;
  for (size_t i = 0; i < pairs; ++i) {
    const uint64_t bits = split_mix(seed, i);
    to[2 * i] = (bits & 0xFFFFFFFFu) < limit ? value : Element(0);
    to[2 * i + 1] = bits >> 32 < limit ? value : Element(0);
  }
  if (count % 2) {
    to[count - 1] = (split_mix(seed, pairs) & 0xFFFFFFFFu) < limit ? value : Element(0);
  }
}

} // namespace

namespace qbt {

void draw(const at::Tensor &to, double probability, double value, qbt_generator *generator) {
  const bool is_float = to.scalar_type() == at::kFloat;
  if (!to.device().is_cpu() || !(is_float || to.scalar_type() == at::kDouble) ||
      !to.is_non_overlapping_and_dense() || !(probability >= 0 && probability <= 1)) {
    to.bernoulli_(probability, generator->value);
    if (value != 1) to.mul_(value);
    return;
  }
  // libtorch's own draws one number after another; one of its numbers seeds a sequence whose
  // elements do not wait for each other, which takes an eighth of the time.
  auto *const source = at::check_generator<at::CPUGeneratorImpl>(generator->value);
  uint64_t seed;
  {
    const std::lock_guard<std::mutex> lock(source->mutex_);
    seed = source->random64();
  }
  const auto limit = static_cast<uint64_t>(std::llround(std::ldexp(probability, 32)));
  const auto count = static_cast<size_t>(to.numel());
  if (is_float) {
    fill(to.data_ptr<float>(), count, seed, limit, static_cast<float>(value));
  } else {
    fill(to.data_ptr<double>(), count, seed, limit, value);
  }
}

} // namespace qbt
