#!/bin/sh
# A participant's values of a round: 1000 random numbers of 0 to 255, as .npy of 64-bit integers.
set -eu
{
  header="{'descr': '<i8', 'fortran_order': False, 'shape': (1000,), }"
  # Magic, version 1.0, 118 bytes of header: 128 in all.
  printf '\223NUMPY\001\000\166\000%-117s\n' "$header"
  od -An -v -tu1 -w1 -N1000 /dev/urandom | while read -r value; do
    # shellcheck disable=SC2059  # the format is made of the number
    printf "\\$(printf '%03o' "$value")\000\000\000\000\000\000\000"
  done
} >"$BLINDSUM_UPDATE"
