"""Upload: what y is, when it is sent, and that it is the same bytes whenever it is [UPLOAD-1]."""
import numpy

from .bench import first_values
from .deliveries import after_shares
from .play import Round
from .terms import codec
from ..checks import check, require, require_equal
from ..reference import wire
from ..reference.schema import Receipt, Rejected, Tensor, UploadAccepted

MEBIBYTE = 1 << 20
LONG = 150_000  # elements of 64 bits: 1.2 MB, so two chunks


def after_delivery(bench, **changes):
    game = after_shares(bench, **changes)
    game.say(game.delivery())
    return game


@check("grant-none", ["UPLOAD-1"])
def _(bench):
    """Without a grant nothing is uploaded, and no receipt given"""
    game = after_delivery(bench)
    game.gives_nothing()
    game.say(game.grant())
    game.hear_upload()


@check("grant-beyond-the-end", ["UPLOAD-4"])
def _(bench):
    """A grant beyond the end of y is refused"""
    game = after_delivery(bench)
    game.say(game.grant(game.packed_size() + 1))
    game.refuses("bad_offset", then=[game.grant()])


@check("grant-of-2-63", ["UPLOAD-4"])
def _(bench):
    """A grant at an offset of 2^63 is refused"""
    game = after_delivery(bench)
    game.say(game.grant(1 << 63))
    game.refuses("bad_offset", then=[game.grant()])


@check("grant-from-within", ["UPLOAD-1", "UPLOAD-4"])
def _(bench):
    """From the offset of a grant to the end, then the receipt; the bytes are those of before"""
    game = after_delivery(bench)
    game.say(game.grant(game.packed_size() - 5))
    tail = game.hear_upload(game.packed_size() - 5)
    game.say(game.grant())
    require_equal("the end of y", tail, game.hear_upload()[-5:])


@check("grant-at-the-end", ["UPLOAD-4"])
def _(bench):
    """A grant at the end of y gets the receipt alone"""
    game = after_delivery(bench)
    game.say(game.grant(game.packed_size()))
    game.hear_upload(game.packed_size())


@check("grant-again-after-reconnect", ["ONCE-5", "RECEIPT-1", "UPLOAD-4"])
def _(bench):
    """After a reconnect the same bytes and the same receipt are sent again"""
    game = after_delivery(bench)
    game.say(game.grant())
    before = game.hear_upload()
    receipt = game.receipt
    bench.reconnect()
    game.say(game.delivery())
    game.say(game.grant())
    require_equal("y again", before, game.hear_upload())
    require_equal("the receipt again", receipt, game.receipt)
    game.say(UploadAccepted(game.session_id))
    game.until("unmask")


@check("grant-taken-back", ["UPLOAD-2", "PHASE-5"])
def _(bench):
    """An upload that the aggregator took back is sent again, the same bytes"""
    game = after_delivery(bench)
    game.say(game.grant())
    before = game.hear_upload()
    for reason in ("upload_stalled", "wrong_offset", "wrong_phase", "wrong_round"):
        game.say(Rejected(game.session_id, reason))
    game.say(game.grant())
    require_equal("y again", before, game.hear_upload())
    game.until("unmask")


@check("rejected-ends-the-round", ["PHASE-5", "WIRE-7"])
def _(bench):
    """Rejected with another reason, also one that nobody knows, ends the round, and no more"""
    for number, reason in enumerate(("bad_padding", "conflicting_answer", "input_spent",
                                     "no_such_reason"), 1):
        if number == 1:
            bench.run()
        game = Round(bench, number=number).until("shares")
        game.say(Rejected(game.session_id, reason))
        game.gives_nothing([game.delivery(), game.grant()])


@check("y-in-chunks", ["UPLOAD-1", "WIRE-1", "PACK-1"])
def _(bench):
    """A vector above 1 MiB comes in chunks of at most 1 MiB; b = 64"""
    bench.give_input(first_values(LONG))
    game = after_delivery(bench, vector_length=LONG, ring_bits=64)
    game.say(game.grant())
    game.hear_upload()
    sizes = [len(data) for _, data in bench.ledger.of(game.session_id).vector]
    require(max(sizes) <= MEBIBYTE and len(sizes) > 1, f"chunks of {sizes} bytes")
    game.say(game.grant(MEBIBYTE))
    game.hear_upload(MEBIBYTE)


def of_width(bits, bound):
    def run(bench):
        values = first_values(41) % (bound + 1)
        values[0] = -bound
        bench.give_input(values)
        game = after_delivery(bench, n=5, n_max=5, vector_length=41, ring_bits=bits,
                              codec=codec(bound=bound))
        game.say(game.grant())
        game.hear_upload()
    run.__doc__ = f"y of {bits} bits: words, masks, packing"
    check(f"y-of-{bits}-bits", ["STREAM-2", "PACK-1", "RING-1", "STREAM-1"])(run)


for _bits, _bound in ((4, 1), (8, 20), (16, 1000), (17, 1000), (26, 1000), (32, 1000), (33, 1000),
                      (48, 1000), (63, 1 << 59), (64, 1 << 60)):
    of_width(_bits, _bound)


def fixed_point(bench, values, **changes):
    bench.give_input(numpy.array(values))
    length = len(values) + 1
    kind = codec(kind=1, bound=0, clip=2.0, scale=1000.0, weight_bound=5)
    return after_shares(bench, codec=kind, vector_length=length,
                        tensors=[Tensor("update", [len(values)])], **changes)


@check("y-fixed-point", ["CODEC-3", "CODEC-5", "CODEC-2"])
def _(bench):
    """Fixed point: clipped, scaled, rounded to a neighbour, the weight last"""
    game = fixed_point(bench, [0.0, 1.0, -1.0, 0.12345, -0.00049, 7.5, -7.5, 1e-9, 1.9999])
    game.until("upload")


@check("y-fixed-point-again", ["ONCE-5", "CODEC-3", "RECEIPT-1"])
def _(bench):
    """Granted again, and after a reconnect, y has the same roundings: never two under one mask"""
    game = fixed_point(bench, numpy.linspace(-1.9, 1.9, 400))
    game.say(game.delivery())
    game.say(game.grant())
    before = game.hear_upload()
    for comes_back in (False, True):
        if comes_back:
            bench.reconnect()
        game.say(game.grant())
        require_equal("y again", before, game.hear_upload())
        game.say(game.grant(len(before) // 2))
        require_equal("its second half", before[len(before) // 2:],
                      game.hear_upload(len(before) // 2))
    game.until("unmask")


@check("y-rounding", ["CODEC-3"])
def _(bench):
    """Rounding is by chance, without bias and not the same twice: 0.25 goes up in a quarter"""
    count = 4000
    values = numpy.full(count, 0.00025)
    ups = []
    for number in (1, 2):
        if number == 1:
            game = fixed_point(bench, values)
        else:  # another input, by its last bit, since the first is spent
            bench.program.kill()
            bench.link.cut()
            values[-1] = 0.00026
            game = fixed_point(bench, values, number=2)
        game.until("upload")
        ups.append(bench.last_signed[:count - 1])
    for found in ups:
        share = sum(found) / len(found)
        require(0.2 < share < 0.3, f"{share:.3f} of the elements were rounded up, 0.25 is due")
    require(ups[0] != ups[1], "two rounds were rounded alike")


def bad_input(name, rules, title, values, *reasons, length=None, **changes):
    """It refuses the round at some point before a chunk leaves, or has ended with an error."""
    def run(bench):
        bench.give_input(numpy.array(values))
        bench.launch()
        if not bench.joins():
            return
        game = Round(bench, vector_length=length or len(values), **changes)
        game.refused_on_the_way(*reasons, "input_declined")
    run.__doc__ = title
    check(f"input-{name}", rules)(run)


bad_input("out-of-range", ["CODEC-4", "INPUT-7"], "A number above the bound is never sent",
          [0, 1001], "value_out_of_range")
bad_input("of-another-shape", ["CODEC-5", "INPUT-7"], "An input of another length is never sent",
          [0, 1], "wrong_shape", length=3)
bad_input("negative-count", ["CODEC-4"], "A negative count is never sent", [0, -1],
          "value_out_of_range", codec=codec(kind=3))


@check("y-then-receipt", ["RECEIPT-1"])
def _(bench):
    """The receipt comes after all of y, not before, and once"""
    game = after_delivery(bench)
    game.say(game.grant())
    got = b""
    while len(got) < game.packed_size():
        message = game.hear(wire.UploadChunk, Receipt)
        require(not isinstance(message, Receipt), "the receipt came before the end of y")
        got += message.data
    game.hear(Receipt)
