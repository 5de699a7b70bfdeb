#include <string.h>

#include "internal.h"

static int32_t convert(int32_t rank, const uint64_t *sizes, hsize_t *out) {
  if (rank < 1 || rank > QBH_MAX_RANK)
    return qbh_fail(QBH_MISMATCH, "rank %d is outside 1...%d", (int)rank, QBH_MAX_RANK);
  for (int32_t i = 0; i < rank; i++) out[i] = sizes[i];
  return QBH_OK;
}

int32_t qbh_create_dataset(qbh_file *file, const char *name, int32_t type, size_t string_size,
                           int32_t rank, const uint64_t *dims, const uint64_t *chunk) {
  qbh_begin();
  hsize_t shape[QBH_MAX_RANK], pieces[QBH_MAX_RANK];
  int32_t status = convert(rank, dims, shape);
  if (status == QBH_OK) status = convert(rank, chunk, pieces);
  if (status != QBH_OK) return status;
  QBH_OWNED stored = qbh_file_type(type, string_size);
  if (stored < 0) return qbh_fail_native("H5Tcopy");
  QBH_OWNED space = H5Screate_simple(rank, shape, NULL);
  if (space < 0) return qbh_fail_native("H5Screate_simple");
  QBH_OWNED creation = H5Pcreate(H5P_DATASET_CREATE);
  if (creation < 0 || H5Pset_obj_track_times(creation, 0) < 0 ||
      H5Pset_chunk(creation, rank, pieces) < 0 || H5Pset_shuffle(creation) < 0 ||
      H5Pset_deflate(creation, 4) < 0 || H5Pset_fletcher32(creation) < 0)
    return qbh_fail_native("H5Pcreate");
  QBH_OWNED dataset =
      H5Dcreate2(file->id, name, stored, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  return dataset < 0 ? qbh_fail_native("H5Dcreate2") : QBH_OK;
}

int32_t qbh_dataset_info_get(qbh_file *file, const char *name, qbh_dataset_info *out) {
  qbh_begin();
  memset(out, 0, sizeof *out);
  QBH_OWNED dataset = H5I_INVALID_HID;
  int32_t status = qbh_open_dataset(file->id, name, &dataset);
  if (status != QBH_OK) return status;
  QBH_OWNED type = H5Dget_type(dataset);
  QBH_OWNED space = H5Dget_space(dataset);
  QBH_OWNED creation = H5Dget_create_plist(dataset);
  if (type < 0 || space < 0 || creation < 0) return qbh_fail_native("H5Dget_type");
  out->type = qbh_classify(type);
  out->element_size = H5Tget_size(type);
  if (H5Sget_simple_extent_type(space) == H5S_NULL)
    return qbh_fail(QBH_MISMATCH, "%s has no values", name);
  int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0) return qbh_fail_native("H5Sget_simple_extent_ndims");
  if (rank > QBH_MAX_RANK) return qbh_fail(QBH_MISMATCH, "%s has rank %d", name, rank);
  out->rank = rank;
  hsize_t dims[QBH_MAX_RANK], pieces[QBH_MAX_RANK];
  if (H5Sget_simple_extent_dims(space, dims, NULL) < 0)
    return qbh_fail_native("H5Sget_simple_extent_dims");
  for (int i = 0; i < rank; i++) out->dims[i] = dims[i];
  if (H5Pget_layout(creation) == H5D_CHUNKED) {
    if (H5Pget_chunk(creation, rank, pieces) < 0) return qbh_fail_native("H5Pget_chunk");
    out->chunk_size = out->element_size;
    // A chunk is below 4 GiB by the file format, but the numbers come from a file.
    for (int i = 0; i < rank; i++)
      if (__builtin_mul_overflow(out->chunk_size, pieces[i], &out->chunk_size))
        return qbh_fail(QBH_MISMATCH, "%s declares impossible chunks", name);
  }
  out->stored_size = H5Dget_storage_size(dataset);
  return QBH_OK;
}

/// Selects a box in a dataset's space and makes sure that it fills the buffer exactly.
static int32_t select_box(hid_t space, int32_t rank, const uint64_t *start, const uint64_t *count,
                          size_t element, size_t bytes, hid_t *memory) {
  hsize_t offset[QBH_MAX_RANK], box[QBH_MAX_RANK];
  int32_t status = convert(rank, count, box);
  if (status == QBH_OK) status = convert(rank, start, offset);
  if (status != QBH_OK) return status;
  if (H5Sget_simple_extent_ndims(space) != rank)
    return qbh_fail(QBH_MISMATCH, "the box has another rank than the dataset");
  size_t needed = element;
  for (int32_t i = 0; i < rank; i++)
    if (__builtin_mul_overflow(needed, box[i], &needed))
      return qbh_fail(QBH_MISMATCH, "the box is larger than memory");
  if (needed != bytes)
    return qbh_fail(QBH_MISMATCH, "the box has %zu bytes, the buffer %zu", needed, bytes);
  *memory = H5Screate_simple(rank, box, NULL);
  if (*memory < 0) return qbh_fail_native("H5Screate_simple");
  if (needed == 0) return QBH_OK;
  if (H5Sselect_hyperslab(space, H5S_SELECT_SET, offset, NULL, box, NULL) < 0)
    return qbh_fail_native("H5Sselect_hyperslab");
  if (H5Sselect_valid(space) <= 0)
    return qbh_fail(QBH_MISMATCH, "the box reaches outside the dataset");
  return QBH_OK;
}

int32_t qbh_write(qbh_file *file, const char *name, int32_t type, size_t string_size, int32_t rank,
                  const uint64_t *start, const uint64_t *count, const void *buffer, size_t bytes) {
  qbh_begin();
  QBH_OWNED dataset = H5I_INVALID_HID;
  int32_t status = qbh_open_dataset(file->id, name, &dataset);
  if (status != QBH_OK) return status;
  QBH_OWNED element = qbh_memory_type(type, string_size);
  QBH_OWNED space = H5Dget_space(dataset);
  QBH_OWNED memory = H5I_INVALID_HID;
  if (element < 0 || space < 0) return qbh_fail_native("H5Dget_space");
  status = select_box(space, rank, start, count, H5Tget_size(element), bytes, &memory);
  if (status != QBH_OK || bytes == 0) return status;
  if (H5Dwrite(dataset, element, memory, space, H5P_DEFAULT, buffer) < 0)
    return qbh_fail_native("H5Dwrite");
  // Closing would write the chunks too, but could not say that it failed.
  return H5Dflush(dataset) < 0 ? qbh_fail_native("H5Dflush") : QBH_OK;
}

int32_t qbh_read(qbh_file *file, const char *name, int32_t type, int32_t rank,
                 const uint64_t *start, const uint64_t *count, void *buffer, size_t bytes) {
  qbh_begin();
  QBH_OWNED dataset = H5I_INVALID_HID;
  int32_t status = qbh_open_dataset(file->id, name, &dataset);
  if (status != QBH_OK) return status;
  QBH_OWNED stored = H5Dget_type(dataset);
  if (stored < 0) return qbh_fail_native("H5Dget_type");
  if (type == QBH_STRING || qbh_classify(stored) != type)
    return qbh_fail(QBH_MISMATCH, "%s has another element type", name);
  QBH_OWNED element = qbh_memory_type(type, 0);
  QBH_OWNED space = H5Dget_space(dataset);
  QBH_OWNED memory = H5I_INVALID_HID;
  if (element < 0 || space < 0) return qbh_fail_native("H5Dget_space");
  status = select_box(space, rank, start, count, H5Tget_size(element), bytes, &memory);
  if (status != QBH_OK || bytes == 0) return status;
  if (H5Dread(dataset, element, memory, space, H5P_DEFAULT, buffer) < 0)
    return qbh_fail_native("H5Dread");
  return QBH_OK;
}
