#ifndef QBT_CTORCH_H
#define QBT_CTORCH_H

// The C face of libtorch, about the operations that forecasting networks need.
// No C++ exception leaves it, and every handle it hands out is freed once by whoever received it.

#include "qbt_tensor.h"
#include "qbt_math.h"
#include "qbt_nn.h"
#include "qbt_fused.h"
#include "qbt_temporal.h"
#include "qbt_autograd.h"
#include "qbt_optim.h"
#include "qbt_runtime.h"

#endif
