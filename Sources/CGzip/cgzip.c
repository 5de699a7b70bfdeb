#include "cgzip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { INPUT_SIZE = 256 * 1024 };

struct cgz_reader {
  FILE *file;
  int compressed;
  /// Inside a member: from its first byte to its checksum.
  int in_member;
  z_stream stream;
  unsigned char input[INPUT_SIZE];
};

static _Thread_local char last_error[256];

const char *cgz_last_error(void) { return last_error; }

static int fail(int status, const char *message) {
  snprintf(last_error, sizeof last_error, "%s", message);
  return status;
}

/// Refills the input; leaves `avail_in` at 0 at the end of the file.
CGZ_STATUS static fill(cgz_reader *reader) {
  size_t count = fread(reader->input, 1, INPUT_SIZE, reader->file);
  if (count == 0 && ferror(reader->file)) return fail(CGZ_CANNOT_READ, strerror(errno));
  reader->stream.next_in = reader->input;
  reader->stream.avail_in = (uInt)count;
  return CGZ_OK;
}

CGZ_STATUS cgz_open(const char *path, cgz_reader **out) {
  *out = NULL;
  cgz_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return fail(CGZ_NO_MEMORY, "out of memory");
  reader->file = fopen(path, "rb");
  if (!reader->file) {
    int status = fail(CGZ_CANNOT_OPEN, strerror(errno));
    free(reader);
    return status;
  }
  // The input buffer is ours; the stream's own would only copy once more.
  setvbuf(reader->file, NULL, _IONBF, 0);
  int status = fill(reader);
  if (status == CGZ_OK) {
    reader->compressed = reader->stream.avail_in >= 2 && reader->input[0] == 0x1f &&
                         reader->input[1] == 0x8b;
    // 16 asks for gzip framing, so zlib checks each member's CRC and length.
    if (reader->compressed && inflateInit2(&reader->stream, 15 + 16) != Z_OK) {
      reader->compressed = 0;
      status = fail(CGZ_NO_MEMORY, reader->stream.msg ? reader->stream.msg : "out of memory");
    }
  }
  if (status != CGZ_OK) {
    fclose(reader->file);
    free(reader);
    return status;
  }
  *out = reader;
  return CGZ_OK;
}

/// Between members: finds the next one, or the end of the file after optional zeros.
CGZ_STATUS static next_member(cgz_reader *reader, int *found) {
  z_stream *stream = &reader->stream;
  int padded = 0;
  *found = 0;
  for (;;) {
    if (stream->avail_in == 0) {
      int status = fill(reader);
      if (status != CGZ_OK) return status;
      if (stream->avail_in == 0) return CGZ_OK;
    }
    if (*stream->next_in != 0) break;
    padded = 1;
    stream->next_in++;
    stream->avail_in--;
  }
  if (padded || *stream->next_in != 0x1f)
    return fail(CGZ_CORRUPT, "bytes that are not gzip follow the compressed data");
  if (inflateReset(stream) != Z_OK) return fail(CGZ_CORRUPT, "inconsistent stream state");
  *found = 1;
  return CGZ_OK;
}

CGZ_STATUS static read_plain(cgz_reader *reader, uint8_t *buffer, size_t capacity, size_t *count) {
  z_stream *stream = &reader->stream;
  if (stream->avail_in == 0) {
    int status = fill(reader);
    if (status != CGZ_OK) return status;
  }
  size_t taken = stream->avail_in < capacity ? stream->avail_in : capacity;
  memcpy(buffer, stream->next_in, taken);
  stream->next_in += taken;
  stream->avail_in -= (uInt)taken;
  *count = taken;
  return CGZ_OK;
}

CGZ_STATUS static read_compressed(
    cgz_reader *reader, uint8_t *buffer, size_t capacity, size_t *count) {
  z_stream *stream = &reader->stream;
  // zlib counts in 32 bits; a caller with a larger buffer gets a short read.
  uInt room = capacity > (1u << 30) ? 1u << 30 : (uInt)capacity;
  stream->next_out = buffer;
  stream->avail_out = room;
  while (stream->avail_out == room && room > 0) {
    if (!reader->in_member) {
      int found;
      int status = next_member(reader, &found);
      if (status != CGZ_OK) return status;
      if (!found) break;
      reader->in_member = 1;
    }
    if (stream->avail_in == 0) {
      int status = fill(reader);
      if (status != CGZ_OK) return status;
      if (stream->avail_in == 0) return fail(CGZ_TRUNCATED, "unexpected end of file");
    }
    int status = inflate(stream, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      reader->in_member = 0;
    } else if (status == Z_MEM_ERROR) {
      return fail(CGZ_NO_MEMORY, "out of memory");
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return fail(CGZ_CORRUPT, stream->msg ? stream->msg : zError(status));
    }
  }
  *count = room - stream->avail_out;
  return CGZ_OK;
}

CGZ_STATUS cgz_read(cgz_reader *reader, uint8_t *buffer, size_t capacity, size_t *count) {
  *count = 0;
  return reader->compressed ? read_compressed(reader, buffer, capacity, count)
                            : read_plain(reader, buffer, capacity, count);
}

int cgz_is_compressed(const cgz_reader *reader) { return reader->compressed; }

void cgz_close(cgz_reader *reader) {
  if (!reader) return;
  if (reader->compressed) inflateEnd(&reader->stream);
  fclose(reader->file);
  free(reader);
}
