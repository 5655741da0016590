#!/usr/bin/env python3
"""What each participant of the chaos run contributes to each round; no two inputs are alike.

Element i of member i is the round's number, the other members' elements of it are 0: so a sum says
who is in it, how often, and with the input of which round. The rest is noise of 32 bits that only
member and round decide, so that every element of a sum has to be right.

As a program it is the participant's `--exec`: it writes the update of $BLINDSUM_ROUND.

usage: vectors.py MEMBERS LENGTH INDEX
"""
import array
import hashlib
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from testbed.npy import little_endian, write_npy

GREATEST = (1 << 32) - 1  # of an element: the task's bound


def vector(members, length, index, round_number):
    presence = array.array("q", bytes(8 * members))
    presence[index] = round_number
    seed = f"blindsum chaos, member {index}, round {round_number}".encode()
    noise = array.array("I")
    noise.frombytes(hashlib.shake_128(seed).digest(noise.itemsize * (length - members)))
    return presence + array.array("q", little_endian(noise))


def main():
    members, length, index = map(int, sys.argv[1:])
    values = vector(members, length, index, int(os.environ["BLINDSUM_ROUND"]))
    write_npy(os.environ["BLINDSUM_UPDATE"], values)


if __name__ == "__main__":
    main()
