#!/usr/bin/env python3
"""Makes the vectors of tests/vectors/ anew, from protocol/SPEC.md's reference in Python.

  --out DIR     writes them there
  --check DIR   compares with what is there, byte for byte, and validates each by its schema
  --count       how many are good and bad, by family
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from blindsum_conformance.vectors import tree  # noqa: E402
from blindsum_conformance.vectors.families import FAMILIES  # noqa: E402


def totals(counts):
    return tuple(sum(pair[place] for pair in counts.values()) for place in (0, 1))


def count(counts):
    good, bad = totals(counts)
    for family, (of_good, of_bad) in counts.items():
        print(f"{family:12} {of_good:5} good {of_bad:5} bad")
    print(f"{'all':12} {good:5} good {bad:5} bad")
    return 0


def check(files, counts, folder):
    found = tree.differences(files, folder) + tree.invalid(folder)
    good, bad = totals(counts)
    if bad < good:
        found.append(f"{bad} bad vectors, fewer than the {good} good ones")
    for line in found:
        print(line)
    print(f"{len(files)} files, {good} good and {bad} bad vectors, {len(found)} findings")
    return 1 if found else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--out", metavar="DIR")
    action.add_argument("--check", metavar="DIR")
    action.add_argument("--count", action="store_true")
    parser.add_argument("--only", metavar="FAMILY", help="this family alone, with --out or --count")
    arguments = parser.parse_args()
    families = [f for f in FAMILIES if arguments.only in (None, f.NAME)]
    files, counts = tree.all_files(families)
    if arguments.count:
        return count(counts)
    if arguments.check:
        return check(files, counts, arguments.check)
    tree.write(files, arguments.out, whole=arguments.only is None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
