#include "clinear.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <linear.h>

namespace {

thread_local std::string last_error;
thread_local bool ran_out;

// The library has one print function and one source of random numbers, C's rand(), for the whole
// process: trainings take turns, or their results would depend on each other.
std::mutex turn;

// All that the library prints while training; the warning is the only word on convergence.
void listen(const char *text) noexcept {
  if (std::strstr(text, "reaching max number of iterations")) ran_out = true;
}

// Every entry point runs its body in here, so no exception can unwind into a Swift frame.
template <class Body> int32_t guarded(Body &&body) noexcept {
  try {
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
  void operator()(model *fitted) const { free_and_destroy_model(&fitted); }
};

// Rows as the library wants them: nodes with 1-based column numbers, zeros left out, -1 at the end.
struct Rows {
  std::vector<feature_node> nodes;
  std::vector<feature_node *> starts;

  Rows(const float *values, uint64_t rows, uint64_t columns, double bias) {
    size_t known = 0;
    for (uint64_t index = 0; index < rows * columns; index++) known += values[index] != 0;
    nodes.reserve(known + rows * 2);
    std::vector<size_t> offsets;
    offsets.reserve(rows);
    for (uint64_t row = 0; row < rows; row++) {
      offsets.push_back(nodes.size());
      const float *value = values + row * columns;
      for (uint64_t column = 0; column < columns; column++)
        if (value[column] != 0) nodes.push_back({int(column + 1), double(value[column])});
      if (bias >= 0) nodes.push_back({int(columns + 1), bias});
      nodes.push_back({-1, 0});
    }
    starts.reserve(rows);
    for (size_t offset : offsets) starts.push_back(nodes.data() + offset);
  }
};

} // namespace

const char *clin_last_error(void) { return last_error.c_str(); }
int32_t clin_version(void) { return liblinear_version; }

int32_t clin_train(const float *values, const float *labels, uint64_t rows, uint64_t columns,
                   const struct clin_settings *settings, double *weights, uint64_t capacity,
                   int32_t *converged) {
  return guarded([&] {
    if (rows == 0 || rows > INT_MAX || columns == 0 || columns >= INT_MAX - 1)
      throw std::length_error("too few or too many rows or columns");
    const uint64_t wanted = columns + (settings->bias >= 0 ? 1 : 0);
    if (capacity < wanted) throw std::length_error("no room for the weights");

    Rows kept(values, rows, columns, settings->bias);
    std::vector<double> targets(labels, labels + rows);
    problem rows_and_labels{};
    rows_and_labels.l = int(rows);
    rows_and_labels.n = int(wanted);
    rows_and_labels.y = targets.data();
    rows_and_labels.x = kept.starts.data();
    rows_and_labels.bias = settings->bias;
    parameter asked{};
    asked.solver_type = settings->solver;
    asked.eps = settings->tolerance;
    asked.C = settings->cost;
    asked.p = settings->epsilon;
    if (const char *objection = check_parameter(&rows_and_labels, &asked))
      throw std::invalid_argument(objection);

    std::lock_guard<std::mutex> mine(turn);
    set_print_string_function(listen);
    srand(settings->seed);
    ran_out = false;
    std::unique_ptr<model, ModelDeleter> fitted(train(&rows_and_labels, &asked));
    if (!fitted || !fitted->w) throw std::runtime_error("no model came back");
    std::memcpy(weights, fitted->w, wanted * sizeof(double));
    *converged = !ran_out;
  });
}
