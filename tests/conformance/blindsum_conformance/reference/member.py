"""An honest member in one round: a message in, its answer out, or Refused.

Everything that it draws, makes or holds is an attribute, so that a check can spoil any of it. What
outlives the round is in its State. One method a phase, each idempotent for the same message
[ONCE-2]. A refusal is final [ONCE-4]; `ended` has its reason.
"""

from . import (bitmap, cohort, entropy, field, group, member_ending, member_masking, member_record,
               policy, seals, shamir, transcript, tree)
from .enc import sha256
from .errors import Refused, demand
from .items import Item
from .schema import MESSAGES
from .state import State
from .wire import round_of



class Member(member_masking.Masking, member_ending.Ending, member_record.Recorded):
    """`identity` is a SigningKey of the roster, `given` a codec.Input; `now` in Unix seconds."""

    def __init__(self, identity, roster, some_policy, given, rng, state=None, now=0):
        self.identity = identity
        self.index = roster.index_of(identity.public)
        self.roster = roster
        self.policy = some_policy
        self.input = given
        self.rng = rng
        self.state = state if state is not None else State()
        self.now = now
        self.heard = {}  # phase -> (message, answer)
        self.ended = None
        self.p = self.session_id = self.own = None
        self.th0 = self.th1 = self.th2 = self.th3 = None
        self.s = self.c = self.b = None
        self.adverts, self.u, self.n, self.found = [], None, 0, None
        self.picks, self.shares_s, self.shares_b, self.items = [], [], [], []
        self.u2, self.u3, self.inbound, self.held = [], [], {}, {}
        self.neighbours, self.x, self.y, self.packed = [], None, None, b""
        self.receipt_sent = False

    # Once.

    def once(self, phase, message, make):
        """The answer to a phase's message, made the first time and repeated afterwards."""
        if phase in self.heard:
            heard, answer = self.heard[phase]
            if heard != message:
                self.refuse("conflicting_answer", phase)
            return answer
        demand(self.ended is None, "wrong_phase", f"ended: {self.ended}")
        try:
            answer = make(message)
        except Refused as refused:
            self.ended = refused.reason
            raise
        self.heard[phase] = (message, answer)
        return answer

    def refuse(self, reason, detail=""):
        """Ends the round for this member."""
        self.ended = reason
        raise Refused(reason, detail)

    def refusal(self):
        """The message that tells the aggregator."""
        return MESSAGES["Refusal"](self.session_id, self.ended, "")

    def in_round(self, message):
        demand(self.session_id is not None, "wrong_round", "no offer yet")
        demand(message.session_id == self.session_id, "wrong_round")

    def sign(self, statement):
        return self.identity.sign(statement)

    # Phase 1.

    def advert(self, offer, payload=b""):
        """[OFFER-1, OFFER-2, ADVERT-1]"""
        return self.once("offer", offer, lambda one: self._advert(one, payload))

    def _advert(self, offer, payload):
        self.session_id = round_of(offer)
        self.p = policy.check_offer(self.policy, offer, self.roster, self.state, self.now)
        demand(len(payload) == self.p.payload_size, "wrong_payload", "size")
        demand(sha256(payload) == self.p.payload_hash, "wrong_payload", "hash")  # [PARAM-10]
        self.th0 = transcript.th0(offer.parameters)
        self.draw_secrets()
        self.own = self.make_advert()
        self.state.advert(self.p, offer.parameters, self.now)  # [DISK-2]
        return MESSAGES["Advert"](self.session_id, self.own.advert, self.own.signature)

    def draw_secrets(self):
        """[KEY-4]"""
        self.s, self.c, self.b = (field.scalar_bytes(field.random_scalar(self.rng))
                                  for _ in range(3))

    def make_advert(self):
        points = [group.times_base(field.scalar(one)) for one in (self.s, self.c, self.b)]
        made = cohort.SignedAdvert(self.index, *points)
        made.signature = self.sign(transcript.advert_statement(self.th0, made.advert))
        return made

    # Phase 2.

    def shares(self, message):
        """[SHARE-1 to SHARE-7], of a Cohort."""
        self.in_round(message)
        return self.once("cohort", message, self._shares)

    def _shares(self, message):
        self.check_cohort(message)
        self.draw_picks()
        self.draw_shares()
        self.items = [self.make_item(place) for place in range(len(self.picks))]
        entry = self.state.rounds[self.session_id]  # [DISK-2]
        entry.th1 = self.th1
        entry.cohort = [(advert.index, self.roster.keys[advert.index]) for advert in self.adverts]
        return self.make_shares()

    def check_cohort(self, message):
        self.adverts = cohort.parse_cohort(message.adverts)
        self.n = len(self.adverts)
        cohort.check_order(self.adverts, self.roster)
        self.u = cohort.check_own(self.adverts, self.own)
        for advert in self.adverts:
            advert.verify(self.th0, self.roster.keys[advert.index])  # [SHARE-2]
        self.found = policy.check_cohort(self.policy, self.p, self.n)  # [SHARE-3]
        self.th1 = transcript.th1(self.th0, self.n, [one.advert for one in self.adverts])

    def draw_picks(self):
        """[SHARE-4]"""
        others = [v for v in range(self.n) if v != self.u]
        self.picks = entropy.sample(self.rng, others, self.found.k)

    def draw_shares(self):
        """[SHAMIR-1]: of s and of b, by point from 1."""
        self.shares_s, self.shares_b = (
            shamir.split(secret, self.found.t, self.found.k, self.rng)
            for secret in (self.s, self.b))

    def channel(self, other, frm, to):
        """The channel key frm → to, one of which is this member and `other` the other."""
        return seals.channel_key(self.c, self.adverts[other].c_point, self.th1, frm, to)

    def make_item(self, place):
        """[SHARE-5, SHARE-6]"""
        to, point = self.picks[place], place + 1
        pair = self.shares_s[place], self.shares_b[place]
        box = seals.seal(self.channel(to, self.u, to), self.th1, self.u, to, point, *pair)
        return Item(to, point, box, *(shamir.tag(share) for share in pair))

    def make_shares(self):
        """[SHARE-7]: signed over the root of the items as they are now."""
        root = tree.root([tree.leaf(self.th1, self.u, item) for item in self.items])
        statement = transcript.shares_statement(self.th1, self.u, root)
        data = b"".join(item.encode() for item in self.items)
        return MESSAGES["Shares"](self.session_id, data, self.sign(statement))

    def keys(self):
        """The cohort's identity keys, by cohort index."""
        return [self.roster.keys[advert.index] for advert in self.adverts]

    def bitmap(self, members):
        return bitmap.pack(self.n, members)
