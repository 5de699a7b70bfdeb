#include "internal.h"

int32_t qbh_classify(hid_t type) {
  size_t size = H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_FLOAT:
      return size == 4 ? QBH_FLOAT32 : size == 8 ? QBH_FLOAT64 : QBH_OTHER;
    case H5T_INTEGER:
      if (H5Tget_sign(type) == H5T_SGN_NONE) return size == 8 ? QBH_UINT64 : QBH_OTHER;
      return size == 4 ? QBH_INT32 : size == 8 ? QBH_INT64 : QBH_OTHER;
    case H5T_STRING:
      return QBH_STRING;
    default:
      return QBH_OTHER;
  }
}

static hid_t string_type(size_t size) {
  hid_t type = H5Tcopy(H5T_C_S1);
  if (type < 0) return type;
  if (H5Tset_size(type, size) < 0 || H5Tset_strpad(type, H5T_STR_NULLPAD) < 0 ||
      H5Tset_cset(type, H5T_CSET_UTF8) < 0) {
    H5Tclose(type);
    return H5I_INVALID_HID;
  }
  return type;
}

hid_t qbh_memory_type(int32_t type, size_t string_size) {
  switch (type) {
    case QBH_FLOAT32: return H5Tcopy(H5T_NATIVE_FLOAT);
    case QBH_FLOAT64: return H5Tcopy(H5T_NATIVE_DOUBLE);
    case QBH_INT32: return H5Tcopy(H5T_NATIVE_INT32);
    case QBH_INT64: return H5Tcopy(H5T_NATIVE_INT64);
    case QBH_UINT64: return H5Tcopy(H5T_NATIVE_UINT64);
    case QBH_STRING: return string_type(string_size);
    default: return H5I_INVALID_HID;
  }
}

hid_t qbh_file_type(int32_t type, size_t string_size) {
  switch (type) {
    case QBH_FLOAT32: return H5Tcopy(H5T_IEEE_F32LE);
    case QBH_FLOAT64: return H5Tcopy(H5T_IEEE_F64LE);
    case QBH_INT32: return H5Tcopy(H5T_STD_I32LE);
    case QBH_INT64: return H5Tcopy(H5T_STD_I64LE);
    case QBH_UINT64: return H5Tcopy(H5T_STD_U64LE);
    case QBH_STRING: return string_type(string_size);
    default: return H5I_INVALID_HID;
  }
}
