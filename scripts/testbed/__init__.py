"""A consortium on one machine, of real processes: what the demo and the chaos run have in common."""
