#ifndef QBT_OPTIM_H
#define QBT_OPTIM_H

#include "qbt_base.h"

QBT_BEGIN

/// Adam (Kingma and Ba, 2015); `decoupled` weight decay makes it AdamW (Loshchilov and Hutter,
/// 2019). Keeps the parameters alive. State starts at zero.
QBT_STATUS qbt_adam_new(qbt_tensor *const *parameters, size_t count, double learning_rate,
                        double beta1, double beta2, double epsilon, double weight_decay,
                        int32_t decoupled, qbt_optimizer **out) QBT_NOEXCEPT;
/// Gradient descent with heavy-ball momentum and coupled weight decay.
QBT_STATUS qbt_sgd_new(qbt_tensor *const *parameters, size_t count, double learning_rate,
                       double momentum, double weight_decay, qbt_optimizer **out) QBT_NOEXCEPT;
void qbt_optimizer_free(qbt_optimizer *o) QBT_NOEXCEPT;

/// One update from the accumulated gradients; a parameter without one is left alone.
QBT_STATUS qbt_optimizer_step(qbt_optimizer *o) QBT_NOEXCEPT;
QBT_STATUS qbt_optimizer_clear_grads(qbt_optimizer *o) QBT_NOEXCEPT;
void qbt_optimizer_set_learning_rate(qbt_optimizer *o, double learning_rate) QBT_NOEXCEPT;
double qbt_optimizer_learning_rate(const qbt_optimizer *o) QBT_NOEXCEPT;

// State: a step count for each parameter, and as many tensors of its shape as there are slots
// (Adam 2: first and second moment; gradient descent with momentum 1, without 0)

size_t qbt_optimizer_slots(const qbt_optimizer *o) QBT_NOEXCEPT;
QBT_STATUS qbt_optimizer_steps(const qbt_optimizer *o, size_t parameter,
                               int64_t *out) QBT_NOEXCEPT;
QBT_STATUS qbt_optimizer_set_steps(qbt_optimizer *o, size_t parameter,
                                   int64_t steps) QBT_NOEXCEPT;
/// A copy.
QBT_STATUS qbt_optimizer_slot(const qbt_optimizer *o, size_t parameter, size_t slot,
                              qbt_tensor **out) QBT_NOEXCEPT;
QBT_STATUS qbt_optimizer_set_slot(qbt_optimizer *o, size_t parameter, size_t slot,
                                  const qbt_tensor *value) QBT_NOEXCEPT;

QBT_END

#endif
