#include "csvm.h"

#include <atomic>
#include <climits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <libsvm/svm.h>

struct csvm_model {
  svm_model *fitted = nullptr;
  // The support vectors, which the library's model points into and does not own.
  std::vector<svm_node> nodes;
};

namespace {

thread_local std::string last_error;
std::atomic<int64_t> live_handles{0};

void silent(const char *) noexcept {}

// Every entry point runs its body in here, so no exception can unwind into a Swift frame.
template <class Body> int32_t guarded(Body &&body) noexcept {
  try {
    static std::once_flag once;
    std::call_once(once, [] { svm_set_print_string_function(silent); });
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

struct ModelDeleter {
  void operator()(csvm_model *model) const { csvm_free(model); }
};

// 1-based column numbers, zeros left out, -1 at the end.
void append(const float *values, uint64_t columns, std::vector<svm_node> &nodes) {
  for (uint64_t column = 0; column < columns; column++)
    if (values[column] != 0) nodes.push_back({int(column + 1), double(values[column])});
  nodes.push_back({-1, 0});
}

size_t length(const svm_node *vector) {
  size_t count = 1;
  while (vector[count - 1].index != -1) count++;
  return count;
}

// Copies the support vectors out of the training rows, so that the latter need not stay.
void keep_support_vectors(csvm_model &model) {
  svm_model &fitted = *model.fitted;
  std::vector<size_t> offsets;
  size_t total = 0;
  for (int index = 0; index < fitted.l; index++) total += length(fitted.SV[index]);
  std::vector<svm_node> kept;
  kept.reserve(total);
  offsets.reserve(size_t(fitted.l));
  for (int index = 0; index < fitted.l; index++) {
    offsets.push_back(kept.size());
    kept.insert(kept.end(), fitted.SV[index], fitted.SV[index] + length(fitted.SV[index]));
  }
  model.nodes.swap(kept);
  for (int index = 0; index < fitted.l; index++)
    fitted.SV[index] = model.nodes.data() + offsets[size_t(index)];
}

} // namespace

const char *csvm_last_error(void) { return last_error.c_str(); }
int32_t csvm_version(void) { return libsvm_version; }
int64_t csvm_live_handles(void) { return live_handles.load(); }

int32_t csvm_train(const float *values, const float *labels, uint64_t rows, uint64_t columns,
                   const struct csvm_settings *settings, csvm_model **out) {
  return guarded([&] {
    if (rows == 0 || rows > INT_MAX / 2 || columns == 0 || columns >= INT_MAX - 1)
      throw std::length_error("too few or too many rows or columns");
    std::vector<svm_node> nodes;
    nodes.reserve(rows * (columns + 1));
    std::vector<size_t> offsets;
    offsets.reserve(rows);
    for (uint64_t row = 0; row < rows; row++) {
      offsets.push_back(nodes.size());
      append(values + row * columns, columns, nodes);
    }
    std::vector<svm_node *> starts;
    starts.reserve(rows);
    for (size_t offset : offsets) starts.push_back(nodes.data() + offset);
    std::vector<double> targets(labels, labels + rows);

    svm_problem problem{};
    problem.l = int(rows);
    problem.y = targets.data();
    problem.x = starts.data();
    svm_parameter asked{};
    asked.svm_type = EPSILON_SVR;
    asked.kernel_type = settings->kernel;
    asked.gamma = settings->gamma;
    asked.cache_size = settings->cache;
    asked.eps = settings->tolerance;
    asked.C = settings->cost;
    asked.p = settings->epsilon;
    asked.shrinking = settings->shrinking;
    if (const char *objection = svm_check_parameter(&problem, &asked))
      throw std::invalid_argument(objection);

    std::unique_ptr<csvm_model, ModelDeleter> model(new csvm_model);
    live_handles++;
    model->fitted = svm_train(&problem, &asked);
    if (!model->fitted) throw std::runtime_error("no model came back");
    keep_support_vectors(*model);
    *out = model.release();
  });
}

int32_t csvm_predict(const csvm_model *model, const float *values, uint64_t rows,
                     uint64_t columns, float *predictions) {
  return guarded([&] {
    std::vector<svm_node> nodes;
    nodes.reserve(columns + 1);
    for (uint64_t row = 0; row < rows; row++) {
      nodes.clear();
      append(values + row * columns, columns, nodes);
      predictions[row] = float(svm_predict(model->fitted, nodes.data()));
    }
  });
}

uint64_t csvm_support_vectors(const csvm_model *model) { return uint64_t(model->fitted->l); }

void csvm_free(csvm_model *model) {
  if (!model) return;
  if (model->fitted) svm_free_and_destroy_model(&model->fitted);
  delete model;
  live_handles--;
}
