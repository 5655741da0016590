"""Messages of the aggregator taken apart, so that a check can spoil one thing in them."""
import dataclasses

from ..reference import wire
from ..reference.schema import AttestRequest, Delivery


@dataclasses.dataclass
class Inbound:
    """A Delivery, taken apart so that a check can spoil it."""
    u2: bytes
    items: list    # [sender, item, path]
    proofs: list   # [member, root, signature]

    def message(self, session_id):
        return Delivery(session_id, self.u2,
                        b"".join(wire.pack_inbound(*item) for item in self.items),
                        b"".join(m.to_bytes(4, "little") + r + s for m, r, s in self.proofs))


@dataclasses.dataclass
class Survivors:
    """An AttestRequest, likewise."""
    th2: bytes
    u3: bytes
    receipts: list  # [member, signature]

    def message(self, session_id):
        return AttestRequest(session_id, self.th2, self.u3,
                             b"".join(m.to_bytes(4, "little") + s for m, s in self.receipts))
