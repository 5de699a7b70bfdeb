#pragma once

#include <hdf5.h>
#include <hdf5_hl.h>

#include "qb_hdf5.h"

struct qbh_file {
  hid_t id;
};

/// An identifier that gives back its reference when the scope ends, whatever its kind.
#define QBH_OWNED __attribute__((cleanup(qbh_release))) hid_t
void qbh_release(hid_t *id);

/// Starts an entry point: empties libhdf5's error stack and keeps it from printing.
void qbh_begin(void);
/// Collects libhdf5's error stack into the thread's message.
int32_t qbh_fail_native(const char *call);
/// Sets the thread's message.
int32_t qbh_fail(int32_t cause, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Finds out whether each link of a path exists.
int32_t qbh_require(hid_t file, const char *path);
/// Opens what is at a path and makes sure that it is a dataset.
int32_t qbh_open_dataset(hid_t file, const char *path, hid_t *out);

/// Marks the image of a file as closed. libhdf5 1.10's own image has the mark "open for writing" taken
/// off, but the checksum from before, so that nothing would open it.
int32_t qbh_seal_superblock(unsigned char *image, size_t size);

/// The element type that a stored type stands for, or QBH_OTHER.
int32_t qbh_classify(hid_t type);
/// A new type for use in memory, or in a file, or H5I_INVALID_HID.
hid_t qbh_memory_type(int32_t type, size_t string_size);
hid_t qbh_file_type(int32_t type, size_t string_size);
