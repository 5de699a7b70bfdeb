/// Reading plain or gzip-compressed files in blocks, over zlib.
///
/// One reader is used by one thread at a time. Whoever opens it closes it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  CGZ_OK = 0,
  CGZ_CANNOT_OPEN = 1,
  CGZ_CANNOT_READ = 2,
  /// The file ends inside a compressed stream.
  CGZ_TRUNCATED = 3,
  /// The compressed stream contradicts itself or its checksum, or bytes that are no gzip follow it.
  CGZ_CORRUPT = 4,
  CGZ_NO_MEMORY = 5,
};

#define CGZ_STATUS __attribute__((warn_unused_result)) int

typedef struct cgz_reader cgz_reader;

/// Opens a file; the two bytes of gzip's magic number decide whether it is compressed.
/// On success the caller owns `*out` and hands it to `cgz_close`.
CGZ_STATUS cgz_open(const char *path, cgz_reader **out);

/// Reads up to `capacity` bytes; `*count` is 0 at the end of the data and only there.
/// Members of a multi-member file follow one another; zero padding at the end is skipped.
/// Bytes are checked against a member's checksum only when its end is reached.
CGZ_STATUS cgz_read(cgz_reader *reader, uint8_t *buffer, size_t capacity, size_t *count);

/// Whether the file is compressed.
int cgz_is_compressed(const cgz_reader *reader);

/// Closes the file and frees the reader; a null reader is allowed.
void cgz_close(cgz_reader *reader);

/// What the last failing call on this thread said; valid until the next failing call on it.
const char *cgz_last_error(void);

#ifdef __cplusplus
}
#endif
