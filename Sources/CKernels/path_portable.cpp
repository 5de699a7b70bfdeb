#include "table.hpp"

// What every processor of the architecture has: SSE2, or NEON with twice its registers.
#define QBK_PATH portable
#define QBK_LANES 4
#if defined(__x86_64__)
#define QBK_ROWS 2
#else
#define QBK_ROWS 6
#endif
#include "path.hpp"
