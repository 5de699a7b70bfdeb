#include "shim.hpp"

using namespace qbt;

int32_t qbt_reshape(const qbt_tensor *t, const int64_t *sizes, size_t rank,
                    qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.reshape(list(sizes, rank)); });
}

int32_t qbt_expand(const qbt_tensor *t, const int64_t *sizes, size_t rank,
                   qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.expand(list(sizes, rank)); });
}

int32_t qbt_permute(const qbt_tensor *t, const int64_t *dims, size_t count,
                    qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.permute(list(dims, count)); });
}

int32_t qbt_transpose(const qbt_tensor *t, int64_t a, int64_t b, qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.transpose(a, b); });
}

int32_t qbt_squeeze(const qbt_tensor *t, int64_t dim, qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.squeeze(dim); });
}

int32_t qbt_unsqueeze(const qbt_tensor *t, int64_t dim, qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.unsqueeze(dim); });
}

int32_t qbt_cat(const qbt_tensor *const *ts, size_t count, int64_t dim,
                qbt_tensor **out) noexcept {
  return giving(out, [&] {
    const auto values = collect(ts, count);
    return at::cat(at::TensorList(values), dim);
  });
}

int32_t qbt_stack(const qbt_tensor *const *ts, size_t count, int64_t dim,
                  qbt_tensor **out) noexcept {
  return giving(out, [&] {
    const auto values = collect(ts, count);
    return at::stack(at::TensorList(values), dim);
  });
}

int32_t qbt_slice(const qbt_tensor *t, int64_t dim, int64_t start, int64_t end, int64_t step,
                  qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.slice(dim, start, end, step); });
}

int32_t qbt_narrow(const qbt_tensor *t, int64_t dim, int64_t start, int64_t length,
                   qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.narrow(dim, start, length); });
}

int32_t qbt_select(const qbt_tensor *t, int64_t dim, int64_t index, qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.select(dim, index); });
}

// Indexing

int32_t qbt_gather(const qbt_tensor *t, int64_t dim, const qbt_tensor *index,
                   qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.gather(dim, index->value); });
}

int32_t qbt_index_select(const qbt_tensor *t, int64_t dim, const qbt_tensor *index,
                         qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.index_select(dim, index->value); });
}

int32_t qbt_index_add(const qbt_tensor *t, int64_t dim, const qbt_tensor *index,
                      const qbt_tensor *source, qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.index_add(dim, index->value, source->value); });
}

int32_t qbt_masked_select(const qbt_tensor *t, const qbt_tensor *mask,
                          qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.masked_select(mask->value); });
}

int32_t qbt_masked_fill(const qbt_tensor *t, const qbt_tensor *mask, double value,
                        qbt_tensor **out) noexcept {
  return giving(out, [&] { return t->value.masked_fill(mask->value, value); });
}

int32_t qbt_where(const qbt_tensor *mask, const qbt_tensor *a, const qbt_tensor *b,
                  qbt_tensor **out) noexcept {
  return giving(out, [&] { return at::where(mask->value, a->value, b->value); });
}
