"""Checks that play the members of rounds against an aggregator, over the wire."""
