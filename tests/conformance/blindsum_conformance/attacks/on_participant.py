"""A malicious aggregator, who also plays all other members, against a participant's program."""
from . import PARTICIPANT, Named, Told
from ..against_client.bench import Bench
from ..against_client.play import Round
from ..against_client.sparse import after_shares as sparse_after_shares
from ..checks import Failed
from ..reference.protobuf import encode_message, put_field
from ..reference.schema import Refusal, Void

# What a participant gives in a round, in the order of its phases.
GIFTS = {"Advert": "its keys", "Shares": "sealed shares", "UploadChunk": "a masked vector",
         "Receipt": "a receipt", "Attestation": "an attestation", "Unmask": "unmask shares"}


class WatchedBench(Bench):
    """Counts the bytes of what the program gives; refusals and VOID are no gifts."""

    def start(self, check):
        super().start(check)
        self.given = []  # (name, bytes of its frame)

    def _take(self, frame):
        message = self._decode(frame)
        if type(message).__name__ in GIFTS:
            self.given.append((type(message).__name__, len(frame)))
        super()._take(frame)


class Attack:
    """One attack under way: from mark() on, whatever the program gives is a leak."""

    def __init__(self, bench):
        self.bench, self.marked, self.said, self.harmless = bench, 0, [], set()

    def begins(self):
        self.bench.settle()
        self.marked = len(self.bench.given)

    def hears_refusal(self, game):
        answer = game.hear(Refusal, Void)
        self.said.append(getattr(answer, "reason", "VOID, signed"))

    def leaks(self):
        """(name, bytes) of what it gave since the attack began."""
        self.bench.settle()
        return [gift for gift in self.bench.given[self.marked:] if gift[0] not in self.harmless]


ATTACKS = []


def attack(title, *said):
    """Registers one; said: what a right participant answers, in this order."""
    def register(play):
        ATTACKS.append((title, said, play))
        return play
    return register


def begun(attempt, phase=None, **terms):
    attempt.bench.run()
    game = Round(attempt.bench, **terms)
    if phase:
        game.until(phase)
    attempt.begins()
    return game


@attack("another member's keys swapped for its own", "bad_signature")
def _(attempt):
    game = begun(attempt, "advert")
    entries, own = game.entries(), attempt.bench.stranger(7).advert
    entries[0] = entries[0][:36] + own[36:68] + entries[0][68:]
    game.say(game.cohort(entries))
    attempt.hears_refusal(game)


@attack("threshold 1, no neighbours: put into the parameters", "bad_parameters")
def _(attempt):
    game = begun(attempt)
    extra = put_field(26, 0, b"\1") + put_field(27, 0, b"\0")
    game.say(game.offer(encode_message(game.parameters) + extra))
    attempt.hears_refusal(game)


@attack("threshold 1, no neighbours: sigma = 1, nobody corrupt", "sigma_too_low")
def _(attempt):
    game = begun(attempt, sigma=1, max_corrupt=0)
    game.say(game.offer())
    attempt.hears_refusal(game)


@attack("a key that is the identity: a mask known to all", "identity_point")
def _(attempt):
    game = begun(attempt, "advert")
    entries, puppet = game.entries(), game.members[game.others[0]]
    advert = puppet.advert[:4] + bytes(32) + puppet.advert[36:]
    entries[game.others[0]] = puppet.signed_advert(game.th0, advert)
    game.say(game.cohort(entries))
    attempt.hears_refusal(game)


@attack("ghosts: neighbours who never saw this cohort", "bad_signature")
def _(attempt):
    game = begun(attempt, "shares")
    delivery = game.delivery()
    for proof in delivery.proofs:
        proof[2] = game.members[proof[0]].sign_root(game.th0, proof[0], proof[1])
    game.say(delivery)
    game.say(game.grant())
    attempt.hears_refusal(game)


@attack("dropped neighbours: most of those who hold its shares", "too_few_picks")
def _(attempt):
    attempt.bench.run()
    game = sparse_after_shares(attempt.bench)
    attempt.begins()
    game.dropped2 = set(game.picks[:game.k - game.t + 1])
    game.say(game.delivery())
    game.say(game.grant())
    attempt.hears_refusal(game)


@attack("two transcripts: a second U2, for a second mask", "conflicting_answer")
def _(attempt):
    game = begun(attempt, "upload")
    game.dropped2 = {game.others[0]}
    game.say(game.delivery())
    game.say(game.grant())
    attempt.hears_refusal(game)


@attack("two transcripts: a second U3 to attest", "conflicting_answer")
def _(attempt):
    game = begun(attempt, "attestation")
    game.dropped3 = {game.others[0]}
    game.say(game.survivors())
    attempt.hears_refusal(game)


@attack("stripped masks: everybody else declared lost", "transcript_mismatch")
def _(attempt):
    game = begun(attempt, "attestation")
    game.say(game.certificate(u3=[game.me], signers=[game.me], th3=game.th3()))
    attempt.hears_refusal(game)


@attack("a certificate one short of a quorum", "certificate_short")
def _(attempt):
    game = begun(attempt, "attestation")
    game.say(game.certificate(signers=game.others[:game.quorum - 1]))
    attempt.hears_refusal(game)


@attack("a member both alive and dropped: both its secrets", "conflicting_answer")
def _(attempt):
    game = begun(attempt, "unmask")
    game.say(game.certificate(u3=[v for v in game.u3 if v != game.others[0]]))
    attempt.hears_refusal(game)


@attack("a replayed round: the signed offer again, after a restart", "round_not_newer")
def _(attempt):
    game = begun(attempt, "shares")
    attempt.bench.restart()
    game.say(game.offer())
    attempt.hears_refusal(game)


@attack("its vector in a second sum, for the difference", "input_spent")
def _(attempt):
    begun(attempt, "upload")
    game = Round(attempt.bench, number=2)
    game.refused_on_the_way("input_spent")
    attempt.said.append("input_spent")
    # Of a second round its keys and sealed shares are no leak; its vector would be.
    attempt.harmless = {"Advert", "Shares"}


@attack("a promise never to unmask, then a request to unmask", "VOID, then silence")
def _(attempt):
    game = begun(attempt, "attestation")
    request = game.certificate()
    game.votes_void()
    game.say(request)
    attempt.bench.settle()
    attempt.said.append("VOID, then silence")


def run(options):
    """Plays each against the program of options.exec; yields Told."""
    bench = WatchedBench(options, 0)
    for title, said, play in ATTACKS:
        attempt = Attack(bench)
        try:
            bench.start(Named(title))
            play(attempt)
            yield _told(title, attempt, attempt.leaks(), said)
        except Failed as why:
            yield Told(PARTICIPANT, title, str(why).splitlines()[0], "not measured", 0, False)
        finally:
            bench.finish(None)


def _told(title, attempt, leaks, said):
    size = sum(size for _, size in leaks)
    names = ", ".join(dict.fromkeys(GIFTS[name] for name, _ in leaks))
    came = f"leaked {names}: {size} bytes" if leaks else "leaked: nothing (0 bytes)"
    return Told(PARTICIPANT, title, ", ".join(attempt.said), came, size,
                attempt.said == [*said] and not leaks)
