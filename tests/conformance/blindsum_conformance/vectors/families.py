"""All families, in the order in which an implementation is best written."""

from . import adverts, encoding, signatures, transcripts

FAMILIES = [encoding, signatures, transcripts, adverts]
