#include <stdlib.h>
#include <string.h>

#include "internal.h"

/// A dataset or an attribute, whichever is read from.
struct source {
  hid_t id;
  int is_attribute;
};

static herr_t read_all(struct source source, hid_t type, void *buffer) {
  return source.is_attribute ? H5Aread(source.id, type, buffer)
                             : H5Dread(source.id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
}

static int32_t allocate(qbh_strings *out, size_t count) {
  out->lengths = calloc(count + 1, sizeof *out->lengths);
  if (out->lengths == NULL) return qbh_fail(QBH_MEMORY, "out of memory");
  out->count = count;
  return QBH_OK;
}

static int32_t read_fixed(struct source source, hid_t type, size_t count, qbh_strings *out) {
  size_t size = H5Tget_size(type), total = 0;
  if (__builtin_mul_overflow(size, count, &total) || total == SIZE_MAX)
    return qbh_fail(QBH_MISMATCH, "the strings are larger than memory");
  out->bytes = malloc(total + 1);
  if (out->bytes == NULL) return qbh_fail(QBH_MEMORY, "out of memory");
  if (count > 0 && read_all(source, type, out->bytes) < 0) return qbh_fail_native("H5Dread");
  H5T_str_t padding = H5Tget_strpad(type);
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    const char *start = out->bytes + i * size;
    size_t length = size;
    if (padding == H5T_STR_NULLTERM) {
      const char *end = memchr(start, '\0', size);
      if (end != NULL) length = (size_t)(end - start);
    }
    char pad = padding == H5T_STR_SPACEPAD ? ' ' : '\0';
    while (length > 0 && start[length - 1] == pad) length--;
    memmove(out->bytes + used, start, length);
    out->lengths[i] = length;
    used += length;
  }
  return QBH_OK;
}

static int32_t read_variable(struct source source, hid_t type, hid_t space, size_t count,
                             qbh_strings *out) {
  char **texts = calloc(count + 1, sizeof *texts);
  if (texts == NULL) return qbh_fail(QBH_MEMORY, "out of memory");
  int32_t status = QBH_OK;
  if (count > 0 && read_all(source, type, texts) < 0) status = qbh_fail_native("H5Dread");
  size_t total = 0;
  for (size_t i = 0; status == QBH_OK && i < count; i++) {
    out->lengths[i] = texts[i] != NULL ? strlen(texts[i]) : 0;
    total += out->lengths[i];
  }
  if (status == QBH_OK && (out->bytes = malloc(total + 1)) == NULL)
    status = qbh_fail(QBH_MEMORY, "out of memory");
  size_t used = 0;
  for (size_t i = 0; status == QBH_OK && i < count; i++) {
    if (texts[i] != NULL) memcpy(out->bytes + used, texts[i], out->lengths[i]);
    used += out->lengths[i];
  }
  if (count > 0) H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts);
  free(texts);
  return status;
}

static int32_t read_strings(struct source source, hid_t type, hid_t space, qbh_strings *out) {
  if (H5Tget_class(type) != H5T_STRING)
    return qbh_fail(QBH_MISMATCH, "the elements are not strings");
  hssize_t count = H5Sget_simple_extent_npoints(space);
  if (count < 0) return qbh_fail_native("H5Sget_simple_extent_npoints");
  htri_t variable = H5Tis_variable_str(type);
  if (variable < 0) return qbh_fail_native("H5Tis_variable_str");
  int32_t status = allocate(out, (size_t)count);
  if (status == QBH_OK)
    status = variable ? read_variable(source, type, space, (size_t)count, out)
                      : read_fixed(source, type, (size_t)count, out);
  if (status != QBH_OK) qbh_strings_free(out);
  return status;
}

int32_t qbh_read_strings(qbh_file *file, const char *name, qbh_strings *out) {
  qbh_begin();
  *out = (qbh_strings){0};
  QBH_OWNED dataset = H5I_INVALID_HID;
  int32_t status = qbh_open_dataset(file->id, name, &dataset);
  if (status != QBH_OK) return status;
  QBH_OWNED type = H5Dget_type(dataset);
  QBH_OWNED space = H5Dget_space(dataset);
  if (type < 0 || space < 0) return qbh_fail_native("H5Dget_type");
  return read_strings((struct source){dataset, 0}, type, space, out);
}

/// Opens an attribute and makes sure that it holds exactly one value.
static int32_t open_scalar(hid_t file, const char *object, const char *name, hid_t *out) {
  int32_t status = qbh_require(file, object);
  if (status != QBH_OK) return status;
  htri_t exists = H5Aexists_by_name(file, object, name, H5P_DEFAULT);
  if (exists < 0) return qbh_fail_native("H5Aexists_by_name");
  if (exists == 0) return qbh_fail(QBH_MISSING, "there is no attribute %s", name);
  QBH_OWNED attribute = H5Aopen_by_name(file, object, name, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute < 0) return qbh_fail_native("H5Aopen_by_name");
  QBH_OWNED space = H5Aget_space(attribute);
  if (space < 0) return qbh_fail_native("H5Aget_space");
  if (H5Sget_simple_extent_npoints(space) != 1)
    return qbh_fail(QBH_MISMATCH, "attribute %s is not a single value", name);
  *out = attribute;
  attribute = H5I_INVALID_HID;
  return QBH_OK;
}

int32_t qbh_read_string_attribute(qbh_file *file, const char *object, const char *name,
                                  qbh_strings *out) {
  qbh_begin();
  *out = (qbh_strings){0};
  QBH_OWNED attribute = H5I_INVALID_HID;
  int32_t status = open_scalar(file->id, object, name, &attribute);
  if (status != QBH_OK) return status;
  QBH_OWNED type = H5Aget_type(attribute);
  QBH_OWNED space = H5Aget_space(attribute);
  if (type < 0 || space < 0) return qbh_fail_native("H5Aget_type");
  return read_strings((struct source){attribute, 1}, type, space, out);
}

int32_t qbh_read_attribute(qbh_file *file, const char *object, const char *name, int32_t type,
                           void *buffer, size_t size) {
  qbh_begin();
  QBH_OWNED attribute = H5I_INVALID_HID;
  int32_t status = open_scalar(file->id, object, name, &attribute);
  if (status != QBH_OK) return status;
  QBH_OWNED stored = H5Aget_type(attribute);
  QBH_OWNED element = qbh_memory_type(type, 0);
  if (stored < 0 || element < 0) return qbh_fail_native("H5Aget_type");
  if (type == QBH_STRING || H5Tget_size(element) != size)
    return qbh_fail(QBH_MISMATCH, "attribute %s does not fit the buffer", name);
  // Narrower numbers of the same sign fit; anything else would be clipped without a word.
  if (H5Tget_class(stored) != H5Tget_class(element) || H5Tget_size(stored) > size ||
      (H5Tget_class(stored) == H5T_INTEGER && H5Tget_sign(stored) != H5Tget_sign(element)))
    return qbh_fail(QBH_MISMATCH, "attribute %s is a number of another type", name);
  return H5Aread(attribute, element, buffer) < 0 ? qbh_fail_native("H5Aread") : QBH_OK;
}

int32_t qbh_write_attribute(qbh_file *file, const char *object, const char *name, int32_t type,
                            const void *buffer, size_t size) {
  qbh_begin();
  int32_t status = qbh_require(file->id, object);
  if (status != QBH_OK) return status;
  // A string of no bytes is not a type; an empty one is a single zero of padding.
  size_t string_size = size > 0 ? size : 1;
  QBH_OWNED stored = qbh_file_type(type, string_size);
  QBH_OWNED element = qbh_memory_type(type, string_size);
  if (stored < 0 || element < 0) return qbh_fail_native("H5Tcopy");
  if (type != QBH_STRING && H5Tget_size(element) != size)
    return qbh_fail(QBH_MISMATCH, "attribute %s does not fit the buffer", name);
  QBH_OWNED space = H5Screate(H5S_SCALAR);
  if (space < 0) return qbh_fail_native("H5Screate");
  QBH_OWNED attribute = H5Acreate_by_name(file->id, object, name, stored, space, H5P_DEFAULT,
                                          H5P_DEFAULT, H5P_DEFAULT);
  if (attribute < 0) return qbh_fail_native("H5Acreate_by_name");
  if (H5Awrite(attribute, element, size > 0 ? buffer : "") < 0)
    return qbh_fail_native("H5Awrite");
  return QBH_OK;
}
