"""The conformance suite of the blindsum protocol, written from protocol/SPEC.md alone.

Nothing here is taken from the project's own C++, so that the two can be held against each other.
"""
