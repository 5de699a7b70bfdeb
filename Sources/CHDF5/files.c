#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/// How much a file in memory grows at a time, in bytes.
static const size_t MEMORY_STEP = 1 << 20;

/// The bounds that every file is written with, so that equal content gives equal bytes under any
/// later library. The format of 1.10 also puts a checksum on every piece of metadata.
static hid_t access_list(int in_memory) {
  hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  if (list < 0) return list;
  // Files are never written in place, they are replaced; a lock would only fail on file systems
  // that have none.
  if (H5Pset_libver_bounds(list, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0 ||
      H5Pset_fclose_degree(list, H5F_CLOSE_STRONG) < 0 ||
      H5Pset_file_locking(list, 0, 1) < 0 ||
      (in_memory && H5Pset_fapl_core(list, MEMORY_STEP, 0) < 0)) {
    H5Pclose(list);
    return H5I_INVALID_HID;
  }
  return list;
}

static int32_t adopt(hid_t id, const char *call, qbh_file **out) {
  if (id < 0) return qbh_fail_native(call);
  qbh_file *file = malloc(sizeof *file);
  if (file == NULL) {
    H5Fclose(id);
    return qbh_fail(QBH_MEMORY, "out of memory");
  }
  file->id = id;
  *out = file;
  return QBH_OK;
}

int32_t qbh_create(qbh_file **out) {
  qbh_begin();
  *out = NULL;
  // The library takes two open files of one name for the same file, in memory too. Calls never
  // overlap, so a plain counter will do.
  static uint64_t files = 0;
  char name[40];
  snprintf(name, sizeof name, "memory %" PRIu64, files++);
  QBH_OWNED access = access_list(1);
  if (access < 0) return qbh_fail_native("H5Pcreate");
  QBH_OWNED creation = H5Pcreate(H5P_FILE_CREATE);
  if (creation < 0 || H5Pset_obj_track_times(creation, 0) < 0)
    return qbh_fail_native("H5Pset_obj_track_times");
  return adopt(H5Fcreate(name, H5F_ACC_TRUNC, creation, access), "H5Fcreate", out);
}

static int32_t fail_system(void) { return qbh_fail(QBH_SYSTEM, "%s", strerror(errno)); }

static int32_t write_bytes(const char *path, const char *bytes, size_t count) {
  int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return fail_system();
  int32_t status = QBH_OK;
  while (status == QBH_OK && count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0 && errno != EINTR) status = fail_system();
    if (written > 0) {
      bytes += written;
      count -= (size_t)written;
    }
  }
  if (status == QBH_OK && fsync(descriptor) != 0) status = fail_system();
  if (close(descriptor) != 0 && status == QBH_OK) status = fail_system();
  return status;
}

int32_t qbh_save(qbh_file *file, const char *path) {
  qbh_begin();
  if (H5Fflush(file->id, H5F_SCOPE_LOCAL) < 0) return qbh_fail_native("H5Fflush");
  ssize_t size = H5Fget_file_image(file->id, NULL, 0);
  if (size < 0) return qbh_fail_native("H5Fget_file_image");
  char *image = malloc((size_t)size + 1);
  if (image == NULL) return qbh_fail(QBH_MEMORY, "out of memory");
  int32_t status = H5Fget_file_image(file->id, image, (size_t)size) == size
                       ? qbh_seal_superblock((unsigned char *)image, (size_t)size)
                       : qbh_fail_native("H5Fget_file_image");
  if (status == QBH_OK) status = write_bytes(path, image, (size_t)size);
  free(image);
  return status;
}

int32_t qbh_open(const char *path, qbh_file **out) {
  qbh_begin();
  *out = NULL;
  QBH_OWNED access = access_list(0);
  if (access < 0) return qbh_fail_native("H5Pcreate");
  return adopt(H5Fopen(path, H5F_ACC_RDONLY, access), "H5Fopen", out);
}

int32_t qbh_close(qbh_file *file) {
  if (file == NULL) return QBH_OK;
  qbh_begin();
  int32_t status = H5Fclose(file->id) < 0 ? qbh_fail_native("H5Fclose") : QBH_OK;
  free(file);
  return status;
}

int32_t qbh_require(hid_t file, const char *path) {
  if (strcmp(path, "/") == 0) return QBH_OK;
  char *prefix = malloc(strlen(path) + 1);
  if (prefix == NULL) return qbh_fail(QBH_MEMORY, "out of memory");
  strcpy(prefix, path);
  int32_t status = QBH_OK;
  // H5Lexists fails, rather than saying no, where an earlier link of the path is missing.
  for (char *end = prefix; status == QBH_OK && end != NULL;) {
    end = strchr(end + 1, '/');
    if (end != NULL) *end = '\0';
    htri_t exists = H5Lexists(file, prefix, H5P_DEFAULT);
    if (exists > 0) exists = H5Oexists_by_name(file, prefix, H5P_DEFAULT);
    if (exists < 0) status = qbh_fail_native("H5Lexists");
    if (exists == 0) status = qbh_fail(QBH_MISSING, "there is no %s", prefix);
    if (end != NULL) *end = '/';
  }
  free(prefix);
  return status;
}

int32_t qbh_open_dataset(hid_t file, const char *path, hid_t *out) {
  int32_t status = qbh_require(file, path);
  if (status != QBH_OK) return status;
  QBH_OWNED object = H5Oopen(file, path, H5P_DEFAULT);
  if (object < 0) return qbh_fail_native("H5Oopen");
  if (H5Iget_type(object) != H5I_DATASET)
    return qbh_fail(QBH_MISMATCH, "%s is not a dataset", path);
  *out = object;
  object = H5I_INVALID_HID;
  return QBH_OK;
}

int32_t qbh_create_group(qbh_file *file, const char *name) {
  qbh_begin();
  QBH_OWNED creation = H5Pcreate(H5P_GROUP_CREATE);
  if (creation < 0 || H5Pset_obj_track_times(creation, 0) < 0)
    return qbh_fail_native("H5Pset_obj_track_times");
  QBH_OWNED group = H5Gcreate2(file->id, name, H5P_DEFAULT, creation, H5P_DEFAULT);
  return group < 0 ? qbh_fail_native("H5Gcreate2") : QBH_OK;
}

/// Grows a list of strings by one. Returns 0, or -1 when memory is short.
static herr_t append(qbh_strings *list, const char *name) {
  size_t used = 0;
  for (size_t i = 0; i < list->count; i++) used += list->lengths[i];
  size_t length = strlen(name);
  size_t *lengths = realloc(list->lengths, (list->count + 1) * sizeof *lengths);
  if (lengths == NULL) return -1;
  list->lengths = lengths;
  char *bytes = realloc(list->bytes, used + length + 1);
  if (bytes == NULL) return -1;
  list->bytes = bytes;
  memcpy(bytes + used, name, length);
  list->lengths[list->count++] = length;
  return 0;
}

static herr_t take_link(hid_t group, const char *name, const H5L_info_t *info, void *context) {
  (void)group, (void)info;
  return append(context, name);
}

static herr_t take_attribute(hid_t object, const char *name, const H5A_info_t *info,
                             void *context) {
  (void)object, (void)info;
  return append(context, name);
}

int32_t qbh_list_links(qbh_file *file, const char *group, qbh_strings *out) {
  qbh_begin();
  *out = (qbh_strings){0};
  int32_t status = qbh_require(file->id, group);
  if (status != QBH_OK) return status;
  QBH_OWNED object = H5Oopen(file->id, group, H5P_DEFAULT);
  if (object < 0) return qbh_fail_native("H5Oopen");
  if (H5Iget_type(object) != H5I_GROUP)
    return qbh_fail(QBH_MISMATCH, "%s is not a group", group);
  if (H5Literate(object, H5_INDEX_NAME, H5_ITER_INC, NULL, take_link, out) < 0) {
    qbh_strings_free(out);
    return qbh_fail_native("H5Literate");
  }
  return QBH_OK;
}

int32_t qbh_list_attributes(qbh_file *file, const char *object, qbh_strings *out) {
  qbh_begin();
  *out = (qbh_strings){0};
  int32_t status = qbh_require(file->id, object);
  if (status != QBH_OK) return status;
  QBH_OWNED id = H5Oopen(file->id, object, H5P_DEFAULT);
  if (id < 0) return qbh_fail_native("H5Oopen");
  if (H5Aiterate2(id, H5_INDEX_NAME, H5_ITER_INC, NULL, take_attribute, out) < 0) {
    qbh_strings_free(out);
    return qbh_fail_native("H5Aiterate2");
  }
  return QBH_OK;
}

void qbh_strings_free(qbh_strings *strings) {
  free(strings->lengths);
  free(strings->bytes);
  *strings = (qbh_strings){0};
}
