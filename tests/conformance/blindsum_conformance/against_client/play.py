"""One round as an aggregator plays it: each phase a message of ours and the program's answer.

    game = Round(bench)                 n = 7 unless said, the program somewhere in the middle
    game.until("shares")                all phases up to that answer, played honestly
    game.say(game.delivery())           a message: ours to change before it is said
    game.refuses("bad_bitmap")          the program must refuse by that name, and give no more

Phases: advert, shares, upload, attestation, unmask. An answer is checked as it comes (judge.py).
"""
from . import judge
from .endings import Endings
from .spoilable import Inbound, Survivors
from ..checks import require_equal
from ..reference import bitmap, finder, parameters, transcript, wire
from ..reference.entropy import Seeded
from ..reference.protobuf import encode_message
from ..reference.schema import (
    Advert, Attestation, Cohort, Offer, Receipt, Shares, Unmask, UnmaskRequest, UploadAccepted,
    UploadGrant)

PHASES = ("advert", "shares", "upload", "attestation", "unmask")


class Round(Endings):
    def __init__(self, bench, n=7, number=1, session_id=None, payload=b"", **changes):
        self.bench, self.n, self.payload = bench, n, payload
        self.rng = Seeded(f"{bench.seed} {number}")
        self.session_id = session_id or self.rng.bytes(32)
        self.members, self.me = bench.cohort_of(n)  # puppets, None in the program's place
        self.parameters = bench.parameters(self.session_id, number, **changes)
        self.signed = {}       # member -> advert and signature
        self.dealt = {}        # member -> Dealt
        self.dealers = None    # who dealt to the program, set before a delivery if not all
        self.dropped2 = set()  # in the cohort, not in U2
        self.dropped3 = set()  # in U2, not in U3
        self.done = -1         # place in PHASES of the last answer

    # What follows from what was said.

    @property
    def others(self):
        return [v for v in range(self.n) if v != self.me]

    @property
    def u2(self):
        return [v for v in range(self.n) if v not in self.dropped2]

    @property
    def u3(self):
        return [v for v in self.u2 if v not in self.dropped3]

    @property
    def th1(self):
        return transcript.th1(self.th0, self.n, [self.signed[v][:100] for v in range(self.n)])

    def th2(self, u2=None):
        return transcript.th2(self.th1, bitmap.pack(self.n, self.u2 if u2 is None else u2))

    def th3(self, u3=None, th2=None):
        u3 = self.u3 if u3 is None else u3
        return transcript.th3(th2 or self.th2(), bitmap.pack(self.n, u3))

    def in_neighbours(self):
        """Of U2: those that dealt to the program."""
        return [v for v in (self.others if self.dealers is None else sorted(self.dealers))
                if v not in self.dropped2]

    def neighbours(self):
        """Of U2: those that the program masks with [MASK-1]."""
        return sorted({*self.in_neighbours(), *(v for v in self.picks if v not in self.dropped2)})

    def find(self):
        p = self.parameters
        self.found = finder.find(
            self.n, parameters.corrupt_bound(p, self.n), parameters.dropped_bound(p, self.n),
            p.sigma, p.eta, p.min_survivors)
        self.k, self.t, self.quorum = self.found.k, self.found.t, self.found.quorum

    # Talking.

    def say(self, message):
        if isinstance(message, (Inbound, Survivors)):
            message = message.message(self.session_id)
        self.bench.say(message)

    def hear(self, *kinds):
        """The program's next message of this round, which must be of one of these kinds."""
        return self.bench.hear(self.session_id, *kinds)

    def until(self, phase):
        """Plays honestly, from where it is, until the program's answer in that phase."""
        for name in PHASES[self.done + 1:PHASES.index(phase) + 1]:
            getattr(self, f"_play_{name}")()
        return self

    def _play_advert(self):
        self.say_offer()
        self.hear_advert()

    def _play_shares(self):
        self.say(self.cohort())
        self.hear_shares()

    def _play_upload(self):
        self.say(self.delivery())
        self.say(self.grant())
        self.hear_upload()
        self.say(UploadAccepted(self.session_id))

    def _play_attestation(self):
        self.say(self.survivors())
        self.hear_attestation()

    def _play_unmask(self):
        self.say(self.certificate())
        self.hear_unmask()

    # Phase 1.

    def offer(self, encoded=None, key=None):
        self.parameter_bytes = encode_message(self.parameters) if encoded is None else encoded
        self.th0 = transcript.th0(self.parameter_bytes)
        statement = transcript.offer_statement(self.parameter_bytes)
        self.offer_signature = (key or self.bench.aggregator).sign(statement)
        return Offer(self.parameter_bytes, self.offer_signature)

    def say_offer(self, **changes):
        self.say(self.offer(**changes))
        for chunk in wire.chunks(wire.PayloadChunk, self.session_id, self.payload):
            self.say(chunk)

    def hear_advert(self):
        return self.take_advert(self.hear(Advert))

    def take_advert(self, message):
        judge.advert(self, message)
        self.signed[self.me] = message.advert + message.signature
        self.done = 0
        return message

    # Phase 2.

    def entries(self, members=None, th0=None):
        """Signed adverts in the cohort's order, as a list to change."""
        return [self.signed[self.me] if v == self.me else
                self.members[v].signed_advert(th0 or self.th0)
                for v in (range(self.n) if members is None else members)]

    def cohort(self, entries=None):
        entries = self.entries() if entries is None else entries
        if len(entries) == self.n:
            self.signed = dict(enumerate(entries))
        return Cohort(self.session_id, b"".join(entries))

    def hear_shares(self):
        return self.take_shares(self.hear(Shares))

    def take_shares(self, message):
        self.find()
        judge.shares(self, message)
        self.done = 1
        return message

    # Phase 3.

    def point_at(self, v):
        """The program's point among the picks of v; on a sparse graph any will do."""
        if self.k == self.n - 1:
            return self.me + 1 if self.me < v else self.me
        return 1 + v % self.k

    def deal(self, v):
        if v not in self.dealt:
            self.dealt[v] = self.members[v].deal(
                self.th1, v, self.me, self.signed[self.me][36:68], self.point_at(v), self.k,
                self.rng)
        return self.dealt[v]

    def delivery(self):
        """An honest one, as Inbound."""
        dealt = [self.deal(v) for v in self.in_neighbours()]
        proofs = [[d.sender, d.root, d.signature] for d in dealt]
        for v in set(self.neighbours()) - set(self.in_neighbours()):
            root = self.rng.bytes(32)  # of its items none is for the program
            proofs.append([v, root, self.members[v].sign_root(self.th1, v, root)])
        return Inbound(bitmap.pack(self.n, self.u2), [[d.sender, d.item, d.path] for d in dealt],
                       sorted(proofs))

    def outside_u2(self):
        """What a member outside U2 is sent: the bitmap alone."""
        return Inbound(bitmap.pack(self.n, self.u2), [], [])

    def grant(self, offset=0):
        return UploadGrant(self.session_id, offset)

    def packed_size(self):
        return (self.parameters.vector_length * self.parameters.ring_bits + 7) // 8

    def hear_upload(self, offset=0):
        """From that offset to the receipt; the vector under the masks is the input."""
        data = b""
        while offset + len(data) < self.packed_size():
            chunk = self.hear(wire.UploadChunk)
            require_equal("offset of a chunk [UPLOAD-1]", offset + len(data), chunk.offset)
            data += chunk.data
        require_equal("bytes of y [PACK-1]", self.packed_size(), offset + len(data))
        receipt = self.hear(Receipt)
        if offset == 0:
            self.upload = data
            judge.upload(self, data)
        judge.receipt(self, receipt)
        self.receipt = receipt.signature
        self.done = 2
        return data

    # Phase 4.

    def survivors(self, u3=None):
        """An honest AttestRequest, as Survivors."""
        u3 = self.u3 if u3 is None else u3
        return Survivors(self.th2(), bitmap.pack(self.n, u3),
                         [[v, self.members[v].receipt(self.th2(), v)]
                          for v in self.in_neighbours() if v in u3])

    def hear_attestation(self):
        message = self.hear(Attestation)
        judge.attestation(self, message)
        self.attestation = message.signature
        self.done = 3
        return message

    # Phase 5.

    def certificate(self, u3=None, signers=None, th3=None):
        """A valid UnmaskRequest, by a quorum that needs the program only if there are no others."""
        u3 = self.u3 if u3 is None else u3
        th3 = th3 or self.th3(u3)
        if signers is None:
            signers = [v for v in u3 if v != self.me][:self.quorum]
            signers += [self.me] * (len(signers) < self.quorum)
        signatures = [self.attestation if v == self.me else self.members[v].attest(th3, v)
                      for v in sorted(signers)]
        return UnmaskRequest(self.session_id, self.th2(), bitmap.pack(self.n, u3),
                             bitmap.pack(self.n, signers), b"".join(signatures))

    def hear_unmask(self, not_held=()):
        message = self.hear(Unmask)
        judge.unmask(self, message, set(not_held))
        self.done = 4
        return message
