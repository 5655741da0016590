// What each kind of work costs on this machine, in seconds of one core: measured just before the
// round, so that a table can say which part of it went where, and what the least would have been.
#pragma once

#include "tests/bench/macro/plan.h"

namespace blindsum::bench {

struct UnitCosts {
  double mask_byte_s = 0;        // keystream made and added, by the active kernel
  double mask_limit_byte_s = 0;  // the processor's AES instruction alone, in registers
  double agree_s = 0;            // ristretto255 x·P
  double base_s = 0;             // x·G
  double point_s = 0;            // a point's bytes checked
  double derive_s = 0;           // HKDF of one key
  double seal_s = 0;             // two shares sealed or opened
  double sign_s = 0;
  double verify_s = 0;
  double split_s = 0;        // a secret into k shares
  double interpolate_s = 0;  // the coefficients of t points
  double combine_s = 0;      // t shares into a secret, with them
  double pack_element_s = 0;
  double unpack_element_s = 0;  // and added
  double encode_element_s = 0;  // an input checked, named, encoded and packed, without masks
  double hash_byte_s = 0;       // SHA-256
  double tls_byte_s = 0;        // received and thrown away; sending costs about the same
};

[[nodiscard]] UnitCosts measure_unit_costs(const Plan& plan);

}  // namespace blindsum::bench
