#pragma once

#include <stddef.h>
#include <stdint.h>

/// 0 means success. Anything else is one of the causes below; the reason is in qbh_last_error().
/// Swift lets C results be dropped in silence; the attribute takes that back.
#define QBH_STATUS __attribute__((warn_unused_result)) int32_t

#define QBH_OK 0
/// A call into libhdf5 failed.
#define QBH_NATIVE 1
/// There is no such object or attribute.
#define QBH_MISSING 2
/// The object or attribute is of another kind, type, rank or size than the call needs.
#define QBH_MISMATCH 3
/// An allocation failed.
#define QBH_MEMORY 4
/// The operating system refused; the message is its own.
#define QBH_SYSTEM 5

/// Element types. Numbers are native in memory; float and int files are little-endian.
#define QBH_OTHER 0
#define QBH_FLOAT32 1
#define QBH_FLOAT64 2
#define QBH_INT32 3
#define QBH_INT64 4
#define QBH_UINT64 5
#define QBH_STRING 6

#define QBH_MAX_RANK 8

/// An open file. Opaque; whoever receives one passes it to qbh_close once. libhdf5 is not
/// thread-safe as usually built: the caller makes sure that no two calls run at the same time.
typedef struct qbh_file qbh_file;

/// What a dataset says of itself.
typedef struct {
  int32_t type;
  int32_t rank;
  uint64_t dims[QBH_MAX_RANK];
  /// Bytes of one element in the file; of a pointer where strings have no fixed length.
  uint64_t element_size;
  /// Bytes of one uncompressed chunk, 0 where the layout is not chunked.
  uint64_t chunk_size;
  /// Bytes the file has set aside for the values, after compression.
  uint64_t stored_size;
} qbh_dataset_info;

/// Strings read from a file: `count` lengths, and their bytes one after the other.
typedef struct {
  size_t count;
  size_t *lengths;
  char *bytes;
} qbh_strings;

/// Makes a new file in memory. libhdf5 1.10 crashes after a failed write to disk (a full one, say),
/// so it never gets to write there.
QBH_STATUS qbh_create(qbh_file **out);
/// Writes a file made in memory to disk and syncs it; fails where the name is taken. What a failure
/// leaves at `path` is the caller's to remove.
QBH_STATUS qbh_save(qbh_file *file, const char *path);
/// Opens an existing file for reading.
QBH_STATUS qbh_open(const char *path, qbh_file **out);
/// Closes and frees, also when it reports a failure. What was not saved is dropped.
QBH_STATUS qbh_close(qbh_file *file);

QBH_STATUS qbh_create_group(qbh_file *file, const char *name);
/// Names in a group, or names of an object's attributes, in byte order.
QBH_STATUS qbh_list_links(qbh_file *file, const char *group, qbh_strings *out);
QBH_STATUS qbh_list_attributes(qbh_file *file, const char *object, qbh_strings *out);
/// Frees what a qbh_strings holds, and empties it.
void qbh_strings_free(qbh_strings *strings);

/// A chunked dataset with byte shuffle, gzip 4 and Fletcher-32. `string_size` is the fixed length
/// of a string in bytes and is looked at for QBH_STRING only.
QBH_STATUS qbh_create_dataset(qbh_file *file, const char *name, int32_t type, size_t string_size,
                              int32_t rank, const uint64_t *dims, const uint64_t *chunk);
QBH_STATUS qbh_dataset_info_get(qbh_file *file, const char *name, qbh_dataset_info *out);

/// A box of values: `start` and `count` have the dataset's rank. `bytes` is the buffer's size; the
/// call fails unless the box fills it exactly. For QBH_STRING each is zero-padded to
/// `string_size`.
QBH_STATUS qbh_write(qbh_file *file, const char *name, int32_t type, size_t string_size,
                     int32_t rank, const uint64_t *start, const uint64_t *count,
                     const void *buffer, size_t bytes);
QBH_STATUS qbh_read(qbh_file *file, const char *name, int32_t type, int32_t rank,
                    const uint64_t *start, const uint64_t *count, void *buffer, size_t bytes);
/// All strings of a dataset, of fixed or variable length.
QBH_STATUS qbh_read_strings(qbh_file *file, const char *name, qbh_strings *out);

/// Scalar attributes. `size` is the buffer's size in bytes.
QBH_STATUS qbh_write_attribute(qbh_file *file, const char *object, const char *name, int32_t type,
                               const void *buffer, size_t size);
/// Fails with QBH_MISMATCH unless the attribute is a scalar whose numbers fit the type asked for.
QBH_STATUS qbh_read_attribute(qbh_file *file, const char *object, const char *name, int32_t type,
                              void *buffer, size_t size);
QBH_STATUS qbh_read_string_attribute(qbh_file *file, const char *object, const char *name,
                                     qbh_strings *out);

/// Dimension scales (HDF5 high-level "H5DS").
QBH_STATUS qbh_make_scale(qbh_file *file, const char *dataset, const char *label);
QBH_STATUS qbh_attach_scale(qbh_file *file, const char *dataset, const char *scale, int32_t axis);
QBH_STATUS qbh_label_axis(qbh_file *file, const char *dataset, int32_t axis, const char *label);

/// The version of the library in use, such as 1, 10, 8.
QBH_STATUS qbh_version(uint32_t *major, uint32_t *minor, uint32_t *release);

/// Thread-local; valid until the next qbh_ call on the same thread.
const char *qbh_last_error(void);
