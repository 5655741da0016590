"""The comparison of docs/performance: ours beside what was measured of others.

Theirs: processor time of one core of the same kind of machine; no network, no signatures, no
certificate, no tags.
"""

# Who, n, m, dropped, complete graph, the server's seconds, a participant's seconds.
_THEIRS = [
    ("fcp/secagg (C++)", 100, 100_000, 10, True, 0.44, 0.064),
    ("fcp/secagg (C++)", 1000, 100_000, 100, False, 4.4, 0.063),
    ("fcp/secagg (C++)", 500, 100_000, 150, True, 20.0, None),
    # Masks are most of theirs: ten times the length, ten times the time.
    ("fcp/secagg (C++), × 10", 100, 1_000_000, 10, True, 4.4, 0.64),
    ("fcp/secagg (C++), × 10", 1000, 1_000_000, 100, False, 44.0, 0.63),
    ("fcp/secagg (C++), × 10", 500, 1_000_000, 150, True, 200.0, None),
    ("Flower SecAgg+ (Python), k = 20", 100, 100_000, 10, False, 12.5, 0.20),
    ("Flower SecAgg+ (Python)", 100, 100_000, 10, True, 129.0, 1.67),
]
# Of a participant with k = 100, m = 10^6 and 32 bits, its masks alone.
_THEIR_MASKS_S = (0.33, 0.41)

_AGGREGATOR_GOAL = {100_000: 2 / 5, 1_000_000: 1 / 6}
_PARTICIPANT_GOAL = 1 / 2

_TEXT = """
## Beside others

Theirs was measured on the same kind of machine, one core, processor time: Google's fcp/secagg at
its best compiler flags, and Flower. They have no network, no signatures, no certificate and no
tags; ours has all of them. Goals: our aggregator, all but TLS, at most 2/5 of fcp's at m = 100,000,
where key agreement is the floor, and 1/6 at m = 1,000,000, where masks are; a participant's masks,
shares and key agreements together at most 1/2, and with all its signature checks still below theirs
at m = 1,000,000.

"""


def _find(rows, n, m, dropped, bits=None):
    for row in rows:
        macro = row["macro"]
        if (macro["participants"], macro["length"], macro["dropped"]) != (n, m, dropped):
            continue
        if (bits or macro["bits"]) == macro["bits"] and ("--bits" in row["command"]) == bool(bits):
            return row
    return None


def _core(account):
    """Masks, shares and key agreements."""
    return sum(account["parts"][name]["cpu_s"] for name in ("masks", "key agreement", "sharing"))


def _verdict(ours, theirs, goal):
    if theirs is None:
        return ""
    ratio = ours / theirs
    if goal is None:
        return f"{ratio:.3f}"
    return f"{ratio:.2f} ({'reached' if ratio <= goal else 'missed'}: {goal:.2f})"


def _row(who, row, theirs, number):
    server, participant = theirs
    macro = row["macro"]
    goal = who.startswith("fcp")
    aggregator = row["aggregator"]["cpu_but_tls_s"]
    core = _core(row["participant"])
    return [who, f"{macro['participants']:,}", f"{macro['length']:,}", str(macro["dropped"]),
            f"{macro['k']}" + (" (complete)" if macro["complete_graph"] else ""),
            number(server), number(aggregator),
            _verdict(aggregator, server, _AGGREGATOR_GOAL[macro["length"]] if goal else None),
            "" if participant is None else number(participant), number(core),
            _verdict(core, participant, _PARTICIPANT_GOAL if goal else None),
            number(row["participant"]["cpu_but_tls_s"])]


def section(rows, table, number):
    if not rows:
        return "\n## Beside others\n\nNot measured yet: `./run bench --sweep others`.\n"
    heads = ["who", "n", "m", "dropped", "our k", "their server s", "our aggregator s", "ratio",
             "their participant s", "our masks, shares, keys s", "ratio", "our participant, all s"]
    found = []
    for who, n, m, dropped, _, server, participant in _THEIRS:
        row = _find(rows, n, m, dropped)
        if row is not None:
            found.append(_row(who, row, (server, participant), number))
    text = _TEXT + table(heads, found)
    masks = _find(rows, 100, 1_000_000, 10, bits=32)
    if masks is not None:
        ours = masks["participant"]["parts"]["masks"]["cpu_s"]
        text += (f"\nA participant's masks at m = 1,000,000 and 32 bits: theirs "
                 f"{_THEIR_MASKS_S[0]} to {_THEIR_MASKS_S[1]} s with 100 neighbours, ours "
                 f"{number(ours)} s with {masks['macro']['k']}.\n")
    parts = list(rows[0]["aggregator"]["parts"])
    lines = [[f"{r['macro']['participants']:,}", f"{r['macro']['length']:,}",
              str(r["macro"]["dropped"]),
              *[number(r["aggregator"]["parts"][name]["cpu_s"]) for name in parts],
              number(r["aggregator"]["limit_s"])] for r in rows]
    text += "\nWhere the aggregator's time goes, seconds:\n\n"
    text += table(["n", "m", "dropped", *parts, "least"], lines)
    return text + "\n" + "".join(f"    blindsum bench {row['command']}\n" for row in rows)
