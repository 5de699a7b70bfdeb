#include "table.hpp"

#if defined(__x86_64__)
// After every header of the standard library, whose functions must not need these instructions.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define QBK_PATH avx2
#define QBK_LANES 8
#define QBK_ROWS 3
#include "path.hpp"
#pragma clang attribute pop
#endif
