"""A consortium of real processes on one machine: what demo and chaos run have in common."""
