#include <cmath>
#include <numeric>

#include "shim.hpp"

using namespace qbt;

int32_t qbt_unary(qbt_unary_op op, const qbt_tensor *x, qbt_tensor **out) noexcept {
  return giving(out, [&]() -> at::Tensor {
    const auto &v = x->value;
    switch (op) {
    case QBT_NEG: return at::neg(v);
    case QBT_ABS: return at::abs(v);
    case QBT_SIGN: return at::sign(v);
    case QBT_SQRT: return at::sqrt(v);
    case QBT_EXP: return at::exp(v);
    case QBT_LOG: return at::log(v);
    case QBT_LOG1P: return at::log1p(v);
    case QBT_SQUARE: return at::square(v);
    case QBT_RECIPROCAL: return at::reciprocal(v);
    case QBT_SIN: return at::sin(v);
    case QBT_COS: return at::cos(v);
    case QBT_TANH: return at::tanh(v);
    case QBT_SIGMOID: return at::sigmoid(v);
    case QBT_RELU: return at::relu(v);
    case QBT_GELU: return at::gelu(v);
    case QBT_SILU: return at::silu(v);
    case QBT_SOFTPLUS: return at::softplus(v);
    case QBT_IS_FINITE: return at::isfinite(v);
    case QBT_LOGICAL_NOT: return at::logical_not(v);
    }
    throw std::invalid_argument("unknown function of one element");
  });
}

int32_t qbt_binary(qbt_binary_op op, const qbt_tensor *a, const qbt_tensor *b,
                   qbt_tensor **out) noexcept {
  return giving(out, [&]() -> at::Tensor {
    const auto &x = a->value;
    const auto &y = b->value;
    switch (op) {
    case QBT_ADD: return at::add(x, y);
    case QBT_SUB: return at::sub(x, y);
    case QBT_MUL: return at::mul(x, y);
    case QBT_DIV: return at::div(x, y);
    case QBT_POW: return at::pow(x, y);
    case QBT_MAXIMUM: return at::maximum(x, y);
    case QBT_MINIMUM: return at::minimum(x, y);
    case QBT_EQ: return at::eq(x, y);
    case QBT_NE: return at::ne(x, y);
    case QBT_LT: return at::lt(x, y);
    case QBT_LE: return at::le(x, y);
    case QBT_GT: return at::gt(x, y);
    case QBT_GE: return at::ge(x, y);
    case QBT_LOGICAL_AND: return at::logical_and(x, y);
    case QBT_LOGICAL_OR: return at::logical_or(x, y);
    }
    throw std::invalid_argument("unknown function of two elements");
  });
}

int32_t qbt_binary_scalar(qbt_binary_op op, const qbt_tensor *a, double b,
                          qbt_tensor **out) noexcept {
  return giving(out, [&]() -> at::Tensor {
    const auto &x = a->value;
    // A whole number stays one, so that arithmetic on int64 tensors does not turn them into floats.
    const bool whole = at::isIntegralType(x.scalar_type(), true) && std::floor(b) == b &&
                       std::fabs(b) < 9e15;
    const at::Scalar y = whole ? at::Scalar(static_cast<int64_t>(b)) : at::Scalar(b);
    switch (op) {
    case QBT_ADD: return at::add(x, y);
    case QBT_SUB: return at::sub(x, y);
    case QBT_MUL: return at::mul(x, y);
    case QBT_DIV: return at::div(x, y);
    case QBT_POW: return at::pow(x, y);
    case QBT_MAXIMUM: return at::clamp_min(x, y);
    case QBT_MINIMUM: return at::clamp_max(x, y);
    case QBT_EQ: return at::eq(x, y);
    case QBT_NE: return at::ne(x, y);
    case QBT_LT: return at::lt(x, y);
    case QBT_LE: return at::le(x, y);
    case QBT_GT: return at::gt(x, y);
    case QBT_GE: return at::ge(x, y);
    case QBT_LOGICAL_AND:
    case QBT_LOGICAL_OR: break;
    }
    throw std::invalid_argument("unknown function of an element and a number");
  });
}

int32_t qbt_clamp(const qbt_tensor *x, double low, double high, qbt_tensor **out) noexcept {
  return giving(out, [&]() -> at::Tensor {
    if (std::isnan(low) && std::isnan(high)) return x->value.clone();
    if (std::isnan(low)) return at::clamp_max(x->value, high);
    if (std::isnan(high)) return at::clamp_min(x->value, low);
    return at::clamp(x->value, at::Scalar(low), at::Scalar(high));
  });
}

int32_t qbt_reduce(qbt_reduction op, const qbt_tensor *x, const int64_t *dims, size_t count,
                   int32_t keep_dims, qbt_tensor **out) noexcept {
  return giving(out, [&]() -> at::Tensor {
    const auto &v = x->value;
    // An empty list means "all" to some of these functions and "none" to others.
    std::vector<int64_t> over(dims, dims + count);
    if (count == 0) {
      over.resize(static_cast<size_t>(v.dim()));
      std::iota(over.begin(), over.end(), 0);
    }
    const at::IntArrayRef all(over);
    const bool keep = keep_dims != 0;
    switch (op) {
    case QBT_SUM: return at::sum(v, all, keep);
    case QBT_MEAN: return at::mean(v, all, keep);
    case QBT_VAR: return at::var(v, all, true, keep);
    case QBT_VAR_POPULATION: return at::var(v, all, false, keep);
    case QBT_STD: return at::std(v, all, true, keep);
    case QBT_STD_POPULATION: return at::std(v, all, false, keep);
    case QBT_MAX: return at::amax(v, all, keep);
    case QBT_MIN: return at::amin(v, all, keep);
    case QBT_NORM: return at::linalg_vector_norm(v, 2, all, keep);
    case QBT_LOGSUMEXP: return at::logsumexp(v, all, keep);
    }
    throw std::invalid_argument("unknown reduction");
  });
}

int32_t qbt_argmax(const qbt_tensor *x, int64_t dim, int32_t keep_dim, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::argmax(x->value, dim, keep_dim != 0); });
}

int32_t qbt_argmin(const qbt_tensor *x, int64_t dim, int32_t keep_dim, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::argmin(x->value, dim, keep_dim != 0); });
}

int32_t qbt_cumsum(const qbt_tensor *x, int64_t dim, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::cumsum(x->value, dim); });
}

// Products and linear algebra

int32_t qbt_matmul(const qbt_tensor *a, const qbt_tensor *b, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::matmul(a->value, b->value); });
}

int32_t qbt_bmm(const qbt_tensor *a, const qbt_tensor *b, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::bmm(a->value, b->value); });
}

int32_t qbt_cholesky(const qbt_tensor *a, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::linalg_cholesky(a->value); });
}

int32_t qbt_cholesky_solve(const qbt_tensor *b, const qbt_tensor *lower,
                           qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::cholesky_solve(b->value, lower->value, false); });
}

int32_t qbt_solve(const qbt_tensor *a, const qbt_tensor *b, qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::linalg_solve(a->value, b->value); });
}

int32_t qbt_symmetric_eigen(const qbt_tensor *a, qbt_tensor **values,
                            qbt_tensor **vectors) noexcept {
  return guarded([&] {
    *values = *vectors = nullptr;
    auto [w, v] = at::linalg_eigh(a->value);
    auto first = std::make_unique<qbt_tensor>(std::move(w));
    give(std::move(v), vectors);
    *values = first.release();
  });
}
