"""The protocol of protocol/SPEC.md in plain Python: both parties and every byte they exchange.

Pure: no sockets, clocks, files. Randomness is an argument (entropy.py). Whatever the protocol
refuses is an exception, errors.Refused, with a reason of Appendix A. Integers and indices are ints,
secrets, points and keys are bytes, unless a module says so. Clear before fast, and not in constant
time: for tests, never for anybody's real vector.
"""
