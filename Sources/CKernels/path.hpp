// Everything that is compiled once for each path, under its own namespace. The including file
// defines QBK_PATH, QBK_LANES (floats in a vector) and QBK_ROWS (rows of a register tile: times
// four vectors, it has to leave registers for a row of the other factor). The order of inclusion
// matters.

#include "vector.hpp"
#include "matrix.hpp"
#include "recurrent_plan.hpp"
#include "recurrent_forward.hpp"
#include "recurrent_backward.hpp"
#include "recurrent_layer.hpp"
#include "lstm.hpp"
#include "gru.hpp"
#include "panels.hpp"
#include "normalization.hpp"
#include "batch_norm.hpp"
#include "attention.hpp"
#include "encoder_plan.hpp"
#include "linear.hpp"
#include "encoder_forward.hpp"
#include "encoder_backward.hpp"
#include "temporal_plan.hpp"
#include "temporal_passes.hpp"
#include "temporal_layer.hpp"
#include "temporal_critic.hpp"

namespace qbk {
const Table QBK_PATH = {{QBK_PATH_NAMESPACE::layer<QBK_PATH_NAMESPACE::LSTM>(),
                         QBK_PATH_NAMESPACE::layer<QBK_PATH_NAMESPACE::GRU>()},
                        {QBK_PATH_NAMESPACE::encoder_kept, QBK_PATH_NAMESPACE::encoder_scratch,
                         QBK_PATH_NAMESPACE::encoder_forward,
                         QBK_PATH_NAMESPACE::encoder_backward},
                        {QBK_PATH_NAMESPACE::batch_norm_forward,
                         QBK_PATH_NAMESPACE::batch_norm_backward},
                        {QBK_PATH_NAMESPACE::linear_scratch, QBK_PATH_NAMESPACE::linear_forward,
                         QBK_PATH_NAMESPACE::linear_backward},
                        {QBK_PATH_NAMESPACE::temporal_kept, QBK_PATH_NAMESPACE::temporal_scratch,
                         QBK_PATH_NAMESPACE::temporal_forward,
                         QBK_PATH_NAMESPACE::temporal_backward,
                         QBK_PATH_NAMESPACE::temporal_critic}};
}
