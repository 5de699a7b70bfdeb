#include <c10/core/GradMode.h>

#include <cstring>

#include "shim.hpp"

using namespace qbt;

std::atomic<int64_t> qbt_tensor::live{0};

namespace {

thread_local std::string last_error;

template <class Element>
int32_t copy_in(const Element *data, const int64_t *sizes, size_t rank, at::ScalarType type,
                qbt_device device, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    if (device >= 0) cuda_devices();
    auto result = at::empty(list(sizes, rank), at::TensorOptions().dtype(type));
    if (result.numel() > 0) std::memcpy(result.data_ptr(), data, result.nbytes());
    return device < 0 ? result : result.to(device_of(device));
  });
}

template <class Element>
int32_t copy_out(const qbt_tensor *t, Element *out, size_t capacity,
                 at::ScalarType type) noexcept {
  return guarded([&] {
    const auto &value = t->value;
    if (value.scalar_type() != type) {
      throw std::invalid_argument(std::string("elements are ") + name(value.scalar_type()) +
                                  ", not " + name(type));
    }
    if (static_cast<size_t>(value.numel()) != capacity) {
      throw std::length_error(std::to_string(value.numel()) + " elements do not fit a buffer of " +
                              std::to_string(capacity));
    }
    if (capacity == 0) return;
    auto plain = value.detach().to(at::kCPU).contiguous();
    std::memcpy(out, plain.data_ptr(), plain.nbytes());
  });
}

} // namespace

void qbt::remember(const char *message) noexcept {
  try {
    last_error = message;
  } catch (...) {
    last_error.clear();
  }
}

const char *qbt_last_error(void) noexcept { return last_error.c_str(); }

// Lifetime

void qbt_tensor_free(qbt_tensor *t) noexcept { delete t; }

int64_t qbt_live_tensors(void) noexcept { return qbt_tensor::live.load(); }

// Creation

int32_t qbt_tensor_from_f32(const float *data, const int64_t *sizes, size_t rank,
                            qbt_device device, qbt_tensor **out) noexcept {
  return copy_in(data, sizes, rank, at::kFloat, device, out);
}

int32_t qbt_tensor_from_f64(const double *data, const int64_t *sizes, size_t rank,
                            qbt_device device, qbt_tensor **out) noexcept {
  return copy_in(data, sizes, rank, at::kDouble, device, out);
}

int32_t qbt_tensor_from_i64(const int64_t *data, const int64_t *sizes, size_t rank,
                            qbt_device device, qbt_tensor **out) noexcept {
  return copy_in(data, sizes, rank, at::kLong, device, out);
}

int32_t qbt_tensor_full(double value, const int64_t *sizes, size_t rank, qbt_dtype dtype,
                        qbt_device device, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    if (device >= 0) cuda_devices();
    return at::full(list(sizes, rank), value, options(dtype, device));
  });
}

int32_t qbt_tensor_arange(double start, double end, double step, qbt_dtype dtype,
                          qbt_device device, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    if (device >= 0) cuda_devices();
    return at::arange(start, end, step, options(dtype, device));
  });
}

int32_t qbt_tensor_eye(int64_t n, qbt_dtype dtype, qbt_device device, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    if (device >= 0) cuda_devices();
    return at::eye(n, options(dtype, device));
  });
}

// Reading

qbt_dtype qbt_tensor_dtype(const qbt_tensor *t) noexcept {
  switch (t->value.scalar_type()) {
  case at::kDouble: return QBT_FLOAT64;
  case at::kLong: return QBT_INT64;
  case at::kBool: return QBT_BOOL;
  default: return QBT_FLOAT32;
  }
}

qbt_device qbt_tensor_device(const qbt_tensor *t) noexcept {
  const auto device = t->value.device();
  return device.is_cuda() ? std::max<int32_t>(0, device.index()) : QBT_CPU;
}

size_t qbt_tensor_rank(const qbt_tensor *t) noexcept {
  return static_cast<size_t>(t->value.dim());
}

void qbt_tensor_sizes(const qbt_tensor *t, int64_t *out) noexcept {
  const auto sizes = t->value.sizes();
  std::copy(sizes.begin(), sizes.end(), out);
}

int64_t qbt_tensor_count(const qbt_tensor *t) noexcept { return t->value.numel(); }

int32_t qbt_tensor_copy_f32(const qbt_tensor *t, float *out, size_t capacity) noexcept {
  return copy_out(t, out, capacity, at::kFloat);
}

int32_t qbt_tensor_copy_f64(const qbt_tensor *t, double *out, size_t capacity) noexcept {
  return copy_out(t, out, capacity, at::kDouble);
}

int32_t qbt_tensor_copy_i64(const qbt_tensor *t, int64_t *out, size_t capacity) noexcept {
  return copy_out(t, out, capacity, at::kLong);
}

int32_t qbt_tensor_copy_bool(const qbt_tensor *t, uint8_t *out, size_t capacity) noexcept {
  return copy_out(t, out, capacity, at::kBool);
}

int32_t qbt_tensor_item(const qbt_tensor *t, double *out) noexcept {
  return guarded([&] {
    if (t->value.numel() != 1) {
      throw std::length_error("a tensor of " + std::to_string(t->value.numel()) +
                              " elements is no single number");
    }
    *out = t->value.item().toDouble();
  });
}

// Conversion and copies

int32_t qbt_tensor_to(const qbt_tensor *t, qbt_dtype dtype, qbt_device device,
                      qbt_tensor **out) noexcept {
  return giving(out, [&] {
    if (device >= 0) cuda_devices();
    return t->value.to(device_of(device), scalar_type(dtype));
  });
}

int32_t qbt_tensor_clone(const qbt_tensor *t, qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.clone(); });
}

int32_t qbt_tensor_contiguous(const qbt_tensor *t, qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.contiguous(); });
}

int32_t qbt_tensor_assign(qbt_tensor *t, const qbt_tensor *from) noexcept {
  return guarded([&] {
    if (t->value.sizes() != from->value.sizes()) {
      throw std::invalid_argument("cannot assign elements to a tensor of another shape");
    }
    c10::AutoGradMode off(false);
    t->value.copy_(from->value);
  });
}

int32_t qbt_tensor_fill(qbt_tensor *t, double value) noexcept {
  return guarded([&] {
    c10::AutoGradMode off(false);
    t->value.fill_(value);
  });
}
