#pragma once

#include <stddef.h>
#include <stdint.h>

/// 0 means success. Anything else: the reason is in qbd_last_error().
/// Swift lets C results be dropped in silence; the attribute takes that back.
#define QBD_STATUS __attribute__((warn_unused_result)) int32_t

/// Bytes in a SHA-256 digest.
#define QBD_SHA256_LENGTH 32

/// A running SHA-256. Opaque; whoever receives one passes it to qbd_sha256_free once.
typedef struct qbd_sha256 qbd_sha256;

QBD_STATUS qbd_sha256_create(qbd_sha256 **out);
QBD_STATUS qbd_sha256_update(qbd_sha256 *hash, const void *bytes, size_t count);
/// Writes QBD_SHA256_LENGTH bytes. Afterwards the hash accepts nothing more.
QBD_STATUS qbd_sha256_finish(qbd_sha256 *hash, uint8_t *digest);
void qbd_sha256_free(qbd_sha256 *hash);

/// Thread-local; valid until the next qbd_ call on the same thread.
const char *qbd_last_error(void);
