#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

static _Thread_local char last_error[1024];

const char *qbh_last_error(void) { return last_error; }

void qbh_release(hid_t *id) {
  if (*id >= 0) H5Idec_ref(*id);
}

void qbh_begin(void) {
  // The setting belongs to the stack of the calling thread in thread-safe builds, so it is made
  // on every entry rather than once.
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  H5Eclear2(H5E_DEFAULT);
}

struct summary {
  char inner[384];
  char outer[256];
};

static herr_t collect(unsigned depth, const H5E_error2_t *error, void *context) {
  struct summary *summary = context;
  const char *text = error->desc != NULL ? error->desc : "";
  // Walking upwards, the first entry is the cause and the last the call that was made.
  if (depth == 0) snprintf(summary->inner, sizeof summary->inner, "%s", text);
  snprintf(summary->outer, sizeof summary->outer, "%s", text);
  return 0;
}

int32_t qbh_fail_native(const char *call) {
  struct summary summary = {"", ""};
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect, &summary);
  H5Eclear2(H5E_DEFAULT);
  if (summary.inner[0] == '\0')
    snprintf(last_error, sizeof last_error, "%s failed without a reason", call);
  else if (strcmp(summary.inner, summary.outer) == 0)
    snprintf(last_error, sizeof last_error, "%s: %s", call, summary.inner);
  else
    snprintf(last_error, sizeof last_error, "%s: %s (%s)", call, summary.inner, summary.outer);
  return QBH_NATIVE;
}

int32_t qbh_fail(int32_t cause, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(last_error, sizeof last_error, format, arguments);
  va_end(arguments);
  return cause;
}

int32_t qbh_version(uint32_t *major, uint32_t *minor, uint32_t *release) {
  qbh_begin();
  unsigned numbers[3] = {0, 0, 0};
  if (H5get_libversion(&numbers[0], &numbers[1], &numbers[2]) < 0)
    return qbh_fail_native("H5get_libversion");
  *major = numbers[0];
  *minor = numbers[1];
  *release = numbers[2];
  return QBH_OK;
}
