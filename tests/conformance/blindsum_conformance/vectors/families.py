"""All families, in the order in which an implementation is best written."""

from . import (adverts, certificates, codecs, encoding, finders, frames, keys, masks, packs, params,
               policies, records, rosters, rounds, seals, shamir, signatures, transcripts, trees)

FAMILIES = [encoding, keys, signatures, transcripts, adverts, seals, shamir, trees, masks, packs,
            codecs, finders, params, rosters, policies, certificates, frames, rounds, records]
