// What the shim's own files share; not part of its C face.
#ifndef QBT_SHIM_HPP
#define QBT_SHIM_HPP

#include <ATen/ATen.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "CTorch.h"

struct qbt_tensor {
  at::Tensor value;
  explicit qbt_tensor(at::Tensor v) : value(std::move(v)) { live.fetch_add(1); }
  ~qbt_tensor() { live.fetch_sub(1); }
  qbt_tensor(const qbt_tensor &) = delete;
  qbt_tensor &operator=(const qbt_tensor &) = delete;
  static std::atomic<int64_t> live;
};

struct qbt_generator {
  at::Generator value;
};

namespace qbt {

void remember(const char *message) noexcept;

/// Every entry point runs its body in here, so that no C++ exception of any kind can unwind into a
/// Swift frame.
template <class Body> int32_t guarded(Body &&body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error &e) {
    try {
      remember(e.what_without_backtrace());
    } catch (...) {
      remember("libtorch failed and could not say why");
    }
  } catch (const std::exception &e) {
    remember(e.what());
  } catch (...) {
    remember("unknown C++ exception");
  }
  return 1;
}

/// Hands a result to the caller, who frees it.
inline void give(at::Tensor value, qbt_tensor **out) {
  if (!value.defined()) throw std::runtime_error("libtorch returned an undefined tensor");
  *out = new qbt_tensor(std::move(value));
}

/// As `guarded`, for a body that computes one tensor.
template <class Body> int32_t giving(qbt_tensor **out, Body &&body) noexcept {
  return guarded([&] {
    *out = nullptr;
    give(body(), out);
  });
}

inline at::IntArrayRef list(const int64_t *values, size_t count) {
  return at::IntArrayRef(values, count);
}

/// An undefined tensor stands for an absent one in libtorch.
inline at::Tensor optional(const qbt_tensor *t) { return t ? t->value : at::Tensor(); }

inline std::vector<at::Tensor> collect(const qbt_tensor *const *ts, size_t count) {
  std::vector<at::Tensor> values;
  values.reserve(count);
  for (size_t i = 0; i < count; ++i) values.push_back(ts[i]->value);
  return values;
}

inline at::ScalarType scalar_type(qbt_dtype dtype) {
  switch (dtype) {
  case QBT_FLOAT32: return at::kFloat;
  case QBT_FLOAT64: return at::kDouble;
  case QBT_INT64: return at::kLong;
  case QBT_BOOL: return at::kBool;
  }
  throw std::invalid_argument("unknown element type");
}

inline const char *name(at::ScalarType type) { return c10::toString(type); }

inline at::Device device_of(qbt_device device) {
  return device < 0 ? at::Device(at::kCPU)
                    : at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device));
}

inline at::TensorOptions options(qbt_dtype dtype, qbt_device device) {
  return at::TensorOptions().dtype(scalar_type(dtype)).device(device_of(device));
}

/// Overwrites every element, each by itself: `value` with the probability given, else 0. Tensors of
/// either floating type get the same ones.
void draw(const at::Tensor &to, double probability, double value, qbt_generator *generator);

/// Loads libtorch's CUDA part on first use, where there is one; returns the number of devices.
int32_t cuda_devices();

} // namespace qbt

#endif
