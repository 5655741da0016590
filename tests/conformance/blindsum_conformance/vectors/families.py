"""All families, in the order in which an implementation is best written."""

from . import (adverts, codecs, encoding, finders, frames, keys, masks, packs, params, policies,
               rosters, seals, shamir, signatures, transcripts, trees)

FAMILIES = [encoding, keys, signatures, transcripts, adverts, seals, shamir, trees, masks, packs,
            codecs, finders, params, rosters, policies, frames]
