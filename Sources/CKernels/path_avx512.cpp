#include "table.hpp"

#if defined(__x86_64__)
// After every header of the standard library, whose functions must not need these instructions.
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define QBK_PATH avx512
#define QBK_LANES 16
#define QBK_ROWS 6
#include "path.hpp"
#pragma clang attribute pop
#endif
