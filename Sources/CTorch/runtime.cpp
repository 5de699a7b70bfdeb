#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif
#if __has_include(<torch/headeronly/version.h>)
#include <torch/headeronly/version.h>
#else
#include <torch/csrc/api/include/torch/version.h>
#endif

#include "shim.hpp"

using namespace qbt;

const char *qbt_version(void) noexcept { return TORCH_VERSION; }

const char *qbt_build_configuration(void) noexcept {
  thread_local std::string text;
  const int32_t status = guarded([&] { text = at::show_config(); });
  return status == 0 ? text.c_str() : "";
}

// Threads

int32_t qbt_set_threads(int32_t threads) noexcept {
  return guarded([&] {
    if (threads < 1) throw std::invalid_argument("at least one thread is needed");
    at::set_num_threads(threads);
    // OpenBLAS keeps its own count. It is looked up, since a build with MKL does not have it.
    using Setter = void (*)(int);
    if (auto set = reinterpret_cast<Setter>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
      set(threads);
    }
  });
}

int32_t qbt_threads(void) noexcept {
  int32_t count = 0;
  return guarded([&] { count = at::get_num_threads(); }) == 0 ? count : 0;
}

int32_t qbt_blas_threads(void) noexcept {
  using Getter = int (*)(void);
  auto get = reinterpret_cast<Getter>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
  return get ? get() : 0;
}

// Devices

int32_t qbt::cuda_devices() {
  // The library is linked without its CUDA part, which registers itself when it is loaded.
  static const bool loaded = [] {
    return at::hasCUDA() || dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
  }();
  return loaded && at::hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0;
}

int32_t qbt_cuda_devices(void) noexcept {
  int32_t count = 0;
  return guarded([&] { count = cuda_devices(); }) == 0 ? count : 0;
}

int32_t qbt_tune_allocator(void) noexcept {
#ifdef __GLIBC__
  return mallopt(M_MMAP_MAX, 0) && mallopt(M_TRIM_THRESHOLD, -1) &&
         mallopt(M_TOP_PAD, 64 << 20) && mallopt(M_ARENA_MAX, 1);
#else
  return 0;
#endif
}

// Random numbers

int32_t qbt_generator_new(uint64_t seed, qbt_device device, qbt_generator **out) noexcept {
  return guarded([&] {
    *out = nullptr;
    if (device < 0) {
      *out = new qbt_generator{at::detail::createCPUGenerator(seed)};
      return;
    }
    if (device >= cuda_devices()) {
      throw std::invalid_argument("no CUDA device " + std::to_string(device));
    }
    auto copy = at::globalContext().defaultGenerator(device_of(device)).clone();
    copy.set_current_seed(seed);
    *out = new qbt_generator{std::move(copy)};
  });
}

void qbt_generator_free(qbt_generator *g) noexcept { delete g; }

int32_t qbt_generator_seed(qbt_generator *g, uint64_t seed) noexcept {
  return guarded([&] { g->value.set_current_seed(seed); });
}

int32_t qbt_randn(const int64_t *sizes, size_t rank, qbt_dtype dtype, qbt_generator *g,
                  qbt_tensor **out) noexcept {
  return giving(out, [&] {
    return at::randn(list(sizes, rank), g->value,
                     at::TensorOptions().dtype(scalar_type(dtype)).device(g->value.device()));
  });
}

int32_t qbt_rand(const int64_t *sizes, size_t rank, qbt_dtype dtype, qbt_generator *g,
                 qbt_tensor **out) noexcept {
  return giving(out, [&] {
    return at::rand(list(sizes, rank), g->value,
                    at::TensorOptions().dtype(scalar_type(dtype)).device(g->value.device()));
  });
}

int32_t qbt_bernoulli(double probability, const int64_t *sizes, size_t rank, qbt_dtype dtype,
                      qbt_generator *g, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    auto result = at::empty(
        list(sizes, rank),
        at::TensorOptions().dtype(scalar_type(dtype)).device(g->value.device()));
    draw(result, probability, 1, g);
    return result;
  });
}

int32_t qbt_randperm(int64_t n, qbt_generator *g, qbt_tensor **out) noexcept {
  return giving(out, [&] {
    return at::randperm(n, g->value,
                        at::TensorOptions().dtype(at::kLong).device(g->value.device()));
  });
}

int32_t qbt_seed_default_generator(uint64_t seed) noexcept {
  return guarded([&] { at::manual_seed(seed); });
}
