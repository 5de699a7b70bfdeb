#include "qb_digest.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

struct qbd_sha256 {
  EVP_MD_CTX *context;
  int finished;
};

static _Thread_local char last_error[256];

static int32_t fail(const char *message) {
  snprintf(last_error, sizeof last_error, "%s", message);
  return 1;
}

static int32_t fail_with_openssl(const char *call) {
  char reason[160] = "no reason given";
  unsigned long code = ERR_get_error();
  if (code != 0) ERR_error_string_n(code, reason, sizeof reason);
  ERR_clear_error();
  snprintf(last_error, sizeof last_error, "%s: %s", call, reason);
  return 1;
}

int32_t qbd_sha256_create(qbd_sha256 **out) {
  *out = NULL;
  qbd_sha256 *hash = calloc(1, sizeof *hash);
  if (hash == NULL) return fail("out of memory");
  hash->context = EVP_MD_CTX_new();
  if (hash->context == NULL || EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1) {
    int32_t status = fail_with_openssl("EVP_DigestInit_ex");
    qbd_sha256_free(hash);
    return status;
  }
  *out = hash;
  return 0;
}

int32_t qbd_sha256_update(qbd_sha256 *hash, const void *bytes, size_t count) {
  // OpenSSL leaves an update after the end undefined; here it is an error.
  if (hash->finished) return fail("the digest is already finished");
  if (count == 0) return 0;
  if (EVP_DigestUpdate(hash->context, bytes, count) != 1)
    return fail_with_openssl("EVP_DigestUpdate");
  return 0;
}

int32_t qbd_sha256_finish(qbd_sha256 *hash, uint8_t *digest) {
  if (hash->finished) return fail("the digest is already finished");
  unsigned int length = 0;
  if (EVP_DigestFinal_ex(hash->context, digest, &length) != 1)
    return fail_with_openssl("EVP_DigestFinal_ex");
  hash->finished = 1;
  return 0;
}

void qbd_sha256_free(qbd_sha256 *hash) {
  if (hash == NULL) return;
  EVP_MD_CTX_free(hash->context);
  free(hash);
}

const char *qbd_last_error(void) { return last_error; }
