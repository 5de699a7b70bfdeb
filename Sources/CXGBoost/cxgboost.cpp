#include "cxgboost.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include <xgboost/c_api.h>

struct cxgb_matrix {
  DMatrixHandle handle = nullptr;
};

struct cxgb_booster {
  BoosterHandle handle = nullptr;
};

namespace {

thread_local std::string last_error;
thread_local std::string warnings;
std::atomic<int64_t> live_handles{0};

// The library calls this on the thread that logs; nothing may leave it but by returning.
void collect(const char *message) noexcept {
  try {
    warnings.append(message).append("\n");
  } catch (...) {
  }
}

// Every entry point runs its body in here, so no exception can unwind into a Swift frame.
template <class Body> int32_t guarded(Body &&body) noexcept {
  try {
    // The registry is thread-local, so each thread that comes by has to sign in.
    (void)XGBRegisterLogCallback(collect);
    body();
    return 0;
  } catch (const std::exception &error) {
    try {
      last_error = error.what();
    } catch (...) {
      last_error.clear();
    }
  } catch (...) {
    last_error = "unknown C++ exception";
  }
  return 1;
}

// "[12:34:56] ./src/x.cc:1: reason\nStack trace:\n..." is worth its reason to a reader.
std::string reason(const char *message) {
  std::string text(message ? message : "");
  auto trace = text.find("\nStack trace");
  if (trace != std::string::npos) text.resize(trace);
  if (!text.empty() && text[0] == '[') {
    auto stamp = text.find("] ");
    if (stamp != std::string::npos) text.erase(0, stamp + 2);
    auto source = text.find(".cc:"), colon = text.find(": ");
    if (source != std::string::npos && colon != std::string::npos && source < colon)
      text.erase(0, colon + 2);
  }
  for (auto &character : text)
    if (character == '\n') character = ' ';
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text.empty() ? "no reason given" : text;
}

void require(int status) {
  if (status != 0) throw std::runtime_error(reason(XGBGetLastError()));
}

// Owners until the caller has the handle, so that a failure half-way leaks nothing.
struct MatrixDeleter {
  void operator()(cxgb_matrix *matrix) const { cxgb_matrix_free(matrix); }
};
struct BoosterDeleter {
  void operator()(cxgb_booster *booster) const { cxgb_booster_free(booster); }
};
using OwnedMatrix = std::unique_ptr<cxgb_matrix, MatrixDeleter>;
using OwnedBooster = std::unique_ptr<cxgb_booster, BoosterDeleter>;

OwnedMatrix new_matrix() {
  OwnedMatrix matrix(new cxgb_matrix);
  live_handles++;
  return matrix;
}

OwnedBooster new_booster() {
  OwnedBooster booster(new cxgb_booster);
  live_handles++;
  return booster;
}

} // namespace

const char *cxgb_last_error(void) { return last_error.c_str(); }
const char *cxgb_warnings(void) { return warnings.c_str(); }
void cxgb_clear_warnings(void) { warnings.clear(); }

void cxgb_version(int32_t *major, int32_t *minor, int32_t *patch) {
  XGBoostVersion(major, minor, patch);
}

int64_t cxgb_live_handles(void) { return live_handles.load(); }

int32_t cxgb_matrix_create(const float *values, uint64_t rows, uint64_t columns, int32_t threads,
                           cxgb_matrix **out) {
  return guarded([&] {
    auto matrix = new_matrix();
    require(XGDMatrixCreateFromMat_omp(values, rows, columns, __builtin_nanf(""), &matrix->handle,
                                       threads));
    *out = matrix.release();
  });
}

int32_t cxgb_matrix_set(cxgb_matrix *matrix, const char *field, const float *values,
                        uint64_t count) {
  return guarded([&] { require(XGDMatrixSetFloatInfo(matrix->handle, field, values, count)); });
}

void cxgb_matrix_free(cxgb_matrix *matrix) {
  if (!matrix) return;
  if (matrix->handle) (void)XGDMatrixFree(matrix->handle);
  delete matrix;
  live_handles--;
}

int32_t cxgb_booster_create(const cxgb_matrix *matrix, cxgb_booster **out) {
  return guarded([&] {
    auto booster = new_booster();
    DMatrixHandle known[] = {matrix ? matrix->handle : nullptr};
    require(XGBoosterCreate(known, matrix ? 1 : 0, &booster->handle));
    *out = booster.release();
  });
}

int32_t cxgb_booster_set(cxgb_booster *booster, const char *name, const char *value) {
  return guarded([&] { require(XGBoosterSetParam(booster->handle, name, value)); });
}

int32_t cxgb_booster_update(cxgb_booster *booster, int32_t round, const cxgb_matrix *matrix) {
  return guarded([&] { require(XGBoosterUpdateOneIter(booster->handle, round, matrix->handle)); });
}

int32_t cxgb_booster_evaluate(cxgb_booster *booster, int32_t round, const cxgb_matrix *matrix,
                              const char **out) {
  return guarded([&] {
    DMatrixHandle matrices[] = {matrix->handle};
    const char *names[] = {"watched"};
    require(XGBoosterEvalOneIter(booster->handle, round, matrices, names, 1, out));
  });
}

int32_t cxgb_booster_rounds(const cxgb_booster *booster, int32_t *out) {
  return guarded([&] { require(XGBoosterBoostedRounds(booster->handle, out)); });
}

int32_t cxgb_booster_columns(const cxgb_booster *booster, uint64_t *out) {
  return guarded([&] {
    bst_ulong columns = 0;
    require(XGBoosterGetNumFeature(booster->handle, &columns));
    *out = columns;
  });
}

int32_t cxgb_booster_slice(const cxgb_booster *booster, int32_t rounds, cxgb_booster **out) {
  return guarded([&] {
    auto sliced = new_booster();
    require(XGBoosterSlice(booster->handle, 0, rounds, 1, &sliced->handle));
    *out = sliced.release();
  });
}

int32_t cxgb_booster_predict(const cxgb_booster *booster, const cxgb_matrix *matrix,
                             enum cxgb_prediction kind, const float **values, uint64_t *count) {
  return guarded([&] {
    const std::string config = "{\"type\":" + std::to_string(int(kind)) +
                               ",\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
                               "\"strict_shape\":true}";
    bst_ulong const *shape = nullptr;
    bst_ulong dimensions = 0;
    require(XGBoosterPredictFromDMatrix(booster->handle, matrix->handle, config.c_str(), &shape,
                                        &dimensions, values));
    *count = 1;
    for (bst_ulong axis = 0; axis < dimensions; axis++) *count *= shape[axis];
  });
}

int32_t cxgb_booster_gains(const cxgb_booster *booster, float *gains, uint64_t columns) {
  return guarded([&] {
    bst_ulong features = 0, dimensions = 0;
    char const **names = nullptr;
    bst_ulong const *shape = nullptr;
    float const *scores = nullptr;
    require(XGBoosterFeatureScore(booster->handle, "{\"importance_type\":\"gain\"}", &features,
                                  &names, &dimensions, &shape, &scores));
    for (uint64_t column = 0; column < columns; column++) gains[column] = 0;
    for (bst_ulong index = 0; index < features; index++) {
      // Columns are never named, so the library calls them f0, f1, ...
      const auto column = std::strtoull(names[index] + 1, nullptr, 10);
      if (names[index][0] != 'f' || column >= columns)
        throw std::out_of_range(std::string("no such column: ") + names[index]);
      gains[column] = scores[index];
    }
  });
}

int32_t cxgb_booster_save(const cxgb_booster *booster, const char *format, const char **bytes,
                          uint64_t *count) {
  return guarded([&] {
    const std::string config = std::string("{\"format\":\"") + format + "\"}";
    bst_ulong length = 0;
    require(XGBoosterSaveModelToBuffer(booster->handle, config.c_str(), &length, bytes));
    *count = length;
  });
}

int32_t cxgb_booster_load(const void *bytes, uint64_t count, cxgb_booster **out) {
  return guarded([&] {
    auto booster = new_booster();
    require(XGBoosterCreate(nullptr, 0, &booster->handle));
    require(XGBoosterLoadModelFromBuffer(booster->handle, bytes, count));
    *out = booster.release();
  });
}

void cxgb_booster_free(cxgb_booster *booster) {
  if (!booster) return;
  if (booster->handle) (void)XGBoosterFree(booster->handle);
  delete booster;
  live_handles--;
}
