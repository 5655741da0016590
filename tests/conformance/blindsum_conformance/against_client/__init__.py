"""Checks that play an aggregator, honest and malicious, against a participant's program."""
