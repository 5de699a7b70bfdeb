#include "internal.h"

int32_t qbh_make_scale(qbh_file *file, const char *dataset, const char *label) {
  qbh_begin();
  QBH_OWNED id = H5I_INVALID_HID;
  int32_t status = qbh_open_dataset(file->id, dataset, &id);
  if (status != QBH_OK) return status;
  return H5DSset_scale(id, label) < 0 ? qbh_fail_native("H5DSset_scale") : QBH_OK;
}

int32_t qbh_attach_scale(qbh_file *file, const char *dataset, const char *scale, int32_t axis) {
  qbh_begin();
  QBH_OWNED id = H5I_INVALID_HID;
  QBH_OWNED other = H5I_INVALID_HID;
  int32_t status = qbh_open_dataset(file->id, dataset, &id);
  if (status == QBH_OK) status = qbh_open_dataset(file->id, scale, &other);
  if (status != QBH_OK) return status;
  if (axis < 0 || H5DSattach_scale(id, other, (unsigned)axis) < 0)
    return qbh_fail_native("H5DSattach_scale");
  return QBH_OK;
}

int32_t qbh_label_axis(qbh_file *file, const char *dataset, int32_t axis, const char *label) {
  qbh_begin();
  QBH_OWNED id = H5I_INVALID_HID;
  int32_t status = qbh_open_dataset(file->id, dataset, &id);
  if (status != QBH_OK) return status;
  if (axis < 0 || H5DSset_label(id, (unsigned)axis, label) < 0)
    return qbh_fail_native("H5DSset_label");
  return QBH_OK;
}
