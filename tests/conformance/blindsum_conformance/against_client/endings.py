"""How a round ends for the program: refused by name, silent, or void; nothing given after it."""
from . import judge
from ..checks import require
from ..reference.schema import Advert, Refusal, Shares, Void, VoidRequest


class Endings:
    """A part of play.Round."""

    def refuses(self, *reasons, then=()):
        """It refuses by one of these names, and gives nothing more for what is said `then`."""
        before = self.bench.ledger.gave(self.session_id)
        refusal = self.hear(Refusal)
        require(refusal.reason in reasons,
                f"refused with {refusal.reason}, {' or '.join(reasons)} is due")
        self.gives_nothing(then, before)

    def refused_on_the_way(self, *reasons):
        """It refuses by one of these names, at any point before a chunk of y leaves."""
        self.say_offer()
        for kind in (Advert, Shares, Refusal):
            message = self.hear(kind, Refusal)
            if isinstance(message, Refusal):
                break
            if kind is Advert:
                self.take_advert(message)
                self.say(self.cohort())
            else:
                self.take_shares(message)
                self.say(self.delivery())
                self.say(self.grant())
        require(message.reason in reasons,
                f"refused with {message.reason}, {' or '.join(reasons)} is due")
        require("UploadChunk" not in self.bench.ledger.gave(self.session_id), "it was uploaded")

    def gives_nothing(self, then=(), before=None):
        """Whatever is said, but for refusals."""
        gave = self.bench.ledger.gave
        before = gave(self.session_id) if before is None else before
        for message in then:
            self.say(message)
        self.bench.settle()
        more = gave(self.session_id) - before
        require(not more, f"it gave {', '.join(sorted(more))}")

    def votes_void(self):
        """It holds th1 and signs VOID."""
        self.say(VoidRequest(self.session_id))
        message = self.hear(Void)
        judge.void(self, message)
        return message
