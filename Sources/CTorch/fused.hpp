// What fused layers share; not part of the C face.
#ifndef QBT_FUSED_HPP
#define QBT_FUSED_HPP

#include <CKernels.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/variable.h>

#include "shim.hpp"

namespace qbt {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The instructions that kernels use from here on.
qbk_path fused_path();

/// Whether the kernels can read it, after `contiguous()`.
inline bool fits_kernels(const at::Tensor &t) {
  return t.device().is_cpu() && t.scalar_type() == at::kFloat && t.layout() == at::kStrided;
}

inline bool any_requires_grad(const variable_list &tensors) {
  return std::any_of(tensors.begin(), tensors.end(), [](const at::Tensor &t) {
    return t.defined() && t.requires_grad();
  });
}

/// Memory for a kernel, aligned to cache lines and not cleared.
inline at::Tensor workspace(size_t floats) {
  return at::empty({static_cast<int64_t>(floats)}, at::kFloat);
}

inline float *floats(const at::Tensor &t) { return t.defined() ? t.data_ptr<float>() : nullptr; }

/// An undefined tensor stays one.
inline at::Tensor plain_layout(const at::Tensor &t) { return t.defined() ? t.contiguous() : t; }

/// Factors 0 with the probability given, else what keeps the expectation; undefined for 0.
at::Tensor dropout_mask(at::IntArrayRef sizes, const at::Tensor &like, double probability,
                        qbt_generator *generator);

/// Gradients of `outputs` by those of `inputs` that need one, seeded by `seeds`, as part of a
/// graph. Undefined seeds are left out.
variable_list gradients_in_graph(const variable_list &outputs, const variable_list &seeds,
                                 const variable_list &inputs);

/// Whether the kernel can normalise the columns of `x`, given the tensors of a number a column.
bool fused_batch_norm_fits(const at::Tensor &x, const variable_list &columns);

/// Batch normalisation in training: by the batch's own moments, which move the running ones; then a
/// rectifier, if `rectified`.
at::Tensor fused_batch_norm(const at::Tensor &x, const at::Tensor &gain, const at::Tensor &shift,
                            const at::Tensor &running_mean, const at::Tensor &running_variance,
                            double momentum, double epsilon, bool rectified);

} // namespace qbt

#endif
