"""Who is blamed for what, and the evidence [BLAME-1 to BLAME-6, Appendix C]."""

from dataclasses import dataclass

from . import keys, shamir, transcript, tree
from .answer import SELF, Answer
from .enc import u32
from .errors import Refused, demand
from .items import Item
from .schema import MESSAGES
from .wire import inbound_items

BAD_SHARE, BAD_DEALING, NOT_OPENED_PAIR, NOT_OPENED_DEALER, CONFLICTING = range(1, 6)
PROOF_BYTES = 100


def sort(blames):
    """By kind, accused, witness."""
    blames.sort(key=lambda one: (one.kind, one.accused, one.witness))


def _item_and_answer(aggregator, dealer, holder):
    dealt = aggregator.dealt[dealer]
    item = dealt.inbound(dealer, dealt.point_of(holder))
    body = aggregator.answers[holder].encode()
    return dealt.proof(dealer) + item + body + aggregator.answer_signatures[holder]


def bad_share(aggregator, dealer, holder):
    """[BLAME-1]: the holder; the dealer is the witness."""
    return MESSAGES["Blame"](BAD_SHARE, holder, dealer,
                             _item_and_answer(aggregator, dealer, holder))


def bad_dealing(aggregator, dealer, points):
    """[BLAME-2], by the t lowest good items."""
    dealt = aggregator.dealt[dealer]
    items = b"".join(dealt.inbound(dealer, point) for point in points)
    return MESSAGES["Blame"](BAD_DEALING, dealer, dealer, dealt.proof(dealer) + items)


def not_opened(aggregator):
    """[BLAME-3]: a pair each, the holder as witness; the dealer after more than c reports."""
    reports = {}
    for holder, answer in sorted(aggregator.answers.items()):
        for dealer in answer.not_held:
            reports.setdefault(dealer, []).append(holder)
    made = []
    for dealer, holders in reports.items():
        made += [MESSAGES["Blame"](NOT_OPENED_PAIR, dealer, holder,
                                   _item_and_answer(aggregator, dealer, holder))
                 for holder in holders]
        if len(holders) > aggregator.corrupt_bound():
            made.append(MESSAGES["Blame"](NOT_OPENED_DEALER, dealer, dealer, b""))
    return made


def conflicting(member, first, second):
    """[BLAME-5]: two signed strings of one member, each (Enc string, signature)."""
    evidence = b"".join(u32(len(text)) + text + signature for text, signature in (first, second))
    return MESSAGES["Blame"](CONFLICTING, member, member, evidence)


# What an offline reader makes of the evidence.

@dataclass
class Setting:
    """What evidence is read against: of the record and its proof."""

    th0: bytes
    th1: bytes
    th3: bytes
    k: int
    t: int
    u3: list
    adverts: list
    public_keys: list
    th2: bytes = b""


def _dealer(evidence, setting):
    """(dealer, root) of the proof that evidence begins with."""
    demand(len(evidence) > PROOF_BYTES, "record_mismatch", "no proof")
    dealer, root = int.from_bytes(evidence[:4], "little"), evidence[4:36]
    demand(dealer < len(setting.public_keys), "record_mismatch", "no such dealer")
    keys.verify(setting.public_keys[dealer],
                transcript.shares_statement(setting.th1, dealer, root), evidence[36:100])
    return dealer, root


def _check_item(frm, item, path, root, setting):
    demand(1 <= item.point <= setting.k, "record_mismatch", "point")
    leaf = tree.leaf(setting.th1, frm, item)
    demand(tree.root_of_path(leaf, item.point - 1, setting.k, path) == root, "bad_signature")


def _one_item(data):
    """((from, item, path), what follows it)."""
    demand(len(data) > 156, "record_mismatch", "no item")
    size = 157 + 32 * data[156]
    (frm, item, path), = inbound_items(data[:size])
    return (frm, Item.parse(item), path), data[size:]


def proves_pair(some, setting):
    """That a bad_share or a not_opened pair is what the signed bytes say; raises if not."""
    dealer, root = _dealer(some.evidence, setting)
    (frm, item, path), rest = _one_item(some.evidence[PROOF_BYTES:])
    _check_item(frm, item, path, root, setting)
    body, signature = rest[:-64], rest[-64:]
    keys.verify(setting.public_keys[item.to],
                transcript.unmask_statement(setting.th3, item.to, body), signature)
    answer = Answer.parse(body)
    pair = (dealer, item.to) if some.kind == NOT_OPENED_PAIR else (item.to, dealer)
    demand(frm == dealer and pair == (some.accused, some.witness), "record_mismatch", "names")
    if some.kind == NOT_OPENED_PAIR:
        demand(dealer in answer.not_held, "record_mismatch", "held")
        return
    shares = [(kind, share) for v, kind, share in answer.entries if v == dealer]
    demand(shares and not _on_tag(item, *shares[0]), "record_mismatch", "a good share")


def _on_tag(item, kind, share):
    try:
        return shamir.tag(share) == (item.tag_b if kind == SELF else item.tag_s)
    except Refused:
        return False


def proves_dealing(some, setting):
    """That the tags of t signed items miss the advertised point; raises if not [BLAME-2]."""
    dealer, root = _dealer(some.evidence, setting)
    demand(some.accused == dealer, "record_mismatch", "names")
    found = inbound_items(some.evidence[PROOF_BYTES:])
    items = [Item.parse(data) for _, data, _ in found]
    points = [item.point for item in items]
    demand(len(points) == setting.t and all(a < b for a, b in zip(points, points[1:])),
           "record_mismatch", "not t items")
    for (frm, _, path), item in zip(found, items):
        demand(frm == dealer, "record_mismatch", "another dealer's item")
        _check_item(frm, item, path, root, setting)
    advert = setting.adverts[dealer]
    point = advert.b_point if dealer in setting.u3 else advert.s_point
    tags = [(item.point, item.tag_b if dealer in setting.u3 else item.tag_s) for item in items]
    demand(shamir.rebuild_point(tags) != point, "record_mismatch", "the tags lead to the point")


def _first_field(text):
    """(label, first field) of an Enc string."""
    label = text[1:1 + text[0]] if text else b""
    size = int.from_bytes(text[1 + len(label):5 + len(label)], "little")
    return label, text[5 + len(label):5 + len(label) + size]


def proves_conflict(some, setting):
    """That one member signed two different messages of one phase; raises if not [BLAME-5]."""
    signed, rest = [], some.evidence
    for _ in range(2):
        size = int.from_bytes(rest[:4], "little")
        text, signature, rest = rest[4:4 + size], rest[4 + size:68 + size], rest[68 + size:]
        keys.verify(setting.public_keys[some.accused], text, signature)
        signed.append((text, signature))  # another signature is another message, too [ONCE-1]
    (label, field), other = _first_field(signed[0][0]), _first_field(signed[1][0])
    demand(not rest and signed[0] != signed[1] and (label, field) == other, "record_mismatch")
    of_round = {b"blindsum/1/advert": setting.th0, b"blindsum/1/shares": setting.th1,
                b"blindsum/1/masked": setting.th2, b"blindsum/1/attest": setting.th3,
                b"blindsum/1/unmask": setting.th3}
    demand(of_round.get(label) == field, "record_mismatch", "of another round")


def check(some, setting):
    """Raises unless the evidence of a blame proves what it must [BLAME-6]."""
    {BAD_SHARE: proves_pair, NOT_OPENED_PAIR: proves_pair, BAD_DEALING: proves_dealing,
     CONFLICTING: proves_conflict}[some.kind](some, setting)
