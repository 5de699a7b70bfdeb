#include <string.h>

#include "internal.h"

static uint32_t rotate(uint32_t x, int bits) { return (x << bits) | (x >> (32 - bits)); }

static uint32_t word(const unsigned char *bytes, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count && i < 4; i++) value |= (uint32_t)bytes[i] << (8 * i);
  return value;
}

/// Jenkins' lookup3, the checksum of HDF5 metadata. B. Jenkins, "lookup3.c, for hash table lookup"
/// (2006); HDF5 File Format Specification 3.0, "Jenkins' lookup3".
static uint32_t lookup3(const unsigned char *bytes, size_t count) {
  uint32_t a = 0xdeadbeef + (uint32_t)count, b = a, c = a;
  for (; count > 12; bytes += 12, count -= 12) {
    a += word(bytes, 4), b += word(bytes + 4, 4), c += word(bytes + 8, 4);
    a -= c, a ^= rotate(c, 4), c += b;
    b -= a, b ^= rotate(a, 6), a += c;
    c -= b, c ^= rotate(b, 8), b += a;
    a -= c, a ^= rotate(c, 16), c += b;
    b -= a, b ^= rotate(a, 19), a += c;
    c -= b, c ^= rotate(b, 4), b += a;
  }
  if (count == 0) return c;
  a += word(bytes, count);
  if (count > 4) b += word(bytes + 4, count - 4);
  if (count > 8) c += word(bytes + 8, count - 8);
  c ^= b, c -= rotate(b, 14);
  a ^= c, a -= rotate(c, 11);
  b ^= a, b -= rotate(a, 25);
  c ^= b, c -= rotate(b, 16);
  a ^= c, a -= rotate(c, 4);
  b ^= a, b -= rotate(a, 14);
  c ^= b, c -= rotate(b, 24);
  return c;
}

int32_t qbh_seal_superblock(unsigned char *image, size_t size) {
  // Version 3: signature 8, version 1, size of offsets 1, size of lengths 1, flags 1, four offsets,
  // checksum 4. (HDF5 File Format Specification 3.0, II.A.)
  const size_t fixed = 12;
  if (size < fixed || image[8] != 3)
    return qbh_fail(QBH_NATIVE, "libhdf5 made a file of an unexpected format");
  size_t covered = fixed + 4 * (size_t)image[9];
  if (size < covered + 4) return qbh_fail(QBH_NATIVE, "libhdf5 made a file of an unexpected size");
  image[11] = 0;
  uint32_t checksum = lookup3(image, covered);
  for (int i = 0; i < 4; i++) image[covered + (size_t)i] = (unsigned char)(checksum >> (8 * i));
  return QBH_OK;
}
