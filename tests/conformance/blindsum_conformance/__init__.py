"""The conformance suite of the blindsum protocol, written from protocol/SPEC.md alone.

Nothing here is taken from the project's own C++, so that the two can be held against each other.
The suite's version is PROTOCOL_VERSION, a dot, and SUITE_VERSION, which counts up whenever a check
is added or changed: two runs of one version asked the same questions.
"""
PROTOCOL_VERSION = 1
SUITE_VERSION = 1


def version():
    return f"{PROTOCOL_VERSION}.{SUITE_VERSION}"
