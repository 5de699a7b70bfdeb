#ifndef QBT_RUNTIME_H
#define QBT_RUNTIME_H

#include "qbt_base.h"

QBT_BEGIN

/// The version of the headers this was built with, such as "1.13.0".
const char *qbt_version(void) QBT_NOEXCEPT;
/// How the loaded library was built, several lines; valid until the thread's next call of this.
const char *qbt_build_configuration(void) QBT_NOEXCEPT;

/// Threads of libtorch and of OpenBLAS, where that is what it uses; OpenBLAS heeds no other call.
QBT_STATUS qbt_set_threads(int32_t threads) QBT_NOEXCEPT;
int32_t qbt_threads(void) QBT_NOEXCEPT;
/// Threads of OpenBLAS; 0 where another library multiplies matrices.
int32_t qbt_blas_threads(void) QBT_NOEXCEPT;

/// CUDA devices that this libtorch can use; 0 for a build without CUDA.
int32_t qbt_cuda_devices(void) QBT_NOEXCEPT;

/// Makes the C library keep freed memory: without it, big tensors are mapped and unmapped on every
/// training step, at up to half of its time. For the start of a process; 0 where there is no such
/// setting.
int32_t qbt_tune_allocator(void) QBT_NOEXCEPT;

// Random numbers from a generator of one's own, never the process-wide one

QBT_STATUS qbt_generator_new(uint64_t seed, qbt_device device, qbt_generator **out) QBT_NOEXCEPT;
void qbt_generator_free(qbt_generator *g) QBT_NOEXCEPT;
QBT_STATUS qbt_generator_seed(qbt_generator *g, uint64_t seed) QBT_NOEXCEPT;
/// Standard normal.
QBT_STATUS qbt_randn(const int64_t *sizes, size_t rank, qbt_dtype dtype, qbt_generator *g,
                     qbt_tensor **out) QBT_NOEXCEPT;
/// Uniform on [0, 1).
QBT_STATUS qbt_rand(const int64_t *sizes, size_t rank, qbt_dtype dtype, qbt_generator *g,
                    qbt_tensor **out) QBT_NOEXCEPT;
/// 1 with the probability given, else 0.
QBT_STATUS qbt_bernoulli(double probability, const int64_t *sizes, size_t rank, qbt_dtype dtype,
                         qbt_generator *g, qbt_tensor **out) QBT_NOEXCEPT;
/// A random order of 0 ..< n, int64.
QBT_STATUS qbt_randperm(int64_t n, qbt_generator *g, qbt_tensor **out) QBT_NOEXCEPT;
/// Seeds the process-wide generator; nothing here draws from it.
QBT_STATUS qbt_seed_default_generator(uint64_t seed) QBT_NOEXCEPT;

QBT_END

#endif
