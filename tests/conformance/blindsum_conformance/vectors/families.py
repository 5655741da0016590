"""All families, in the order in which an implementation is best written."""

from . import adverts, encoding, frames, keys, seals, shamir, signatures, transcripts, trees

FAMILIES = [encoding, keys, signatures, transcripts, adverts, seals, shamir, trees, frames]
