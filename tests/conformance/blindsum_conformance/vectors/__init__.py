"""The generator of tests/vectors/: what the protocol makes of given inputs, and what it refuses.

A family is a module with NAME, SHAPES and cases(): a list of Good and Bad (case.py). Everything is
computed by the reference; nothing here is random but through a seed, so that the files come out the
same byte for byte. shapes.py has the notation of SHAPES, tree.py writes and compares.
"""
