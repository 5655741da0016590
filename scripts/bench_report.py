#!/usr/bin/env python3
"""Makes docs/performance/README.md and its plots from the measurements beside it.

usage: bench_report.py FOLDER       (called by ./run bench --sweep …)
"""

import json
import sys
from pathlib import Path

import bench_others
import bench_plots

_HEAD = """# Performance

Made by `./run bench --sweep all` from the `.json` files beside it; do not edit. Processor time is
that of one core. A round has a real `blindsumd` in its own process, and real SDK participants, all
of them in another one, over TLS 1.3 on the loopback; members drop out after they have shared and
before their vector is there, the worst place. Every sum was checked, to the last unit.

A table says which part of the time is what: how often each kind of work was done, times what it
costs alone, measured just before. *Least* is the same with the machine's limit for each: masks by
the processor's AES instruction alone, bytes by a bare TLS connection, everything else by the
library that does it. *Rest* is what neither explains.
"""


def read_rows(folder, name):
    file = folder / f"{name}.json"
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def number(value):
    """Three digits that count."""
    if value == 0:
        return "0"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def account_rows(rows, side):
    found = []
    for row in rows:
        account, macro = row[side], row["macro"]
        parts = [number(part["cpu_s"]) for part in account["parts"].values()]
        found.append([f"{macro['participants']:,}", f"{macro['length']:,}", str(macro["dropped"]),
                      str(macro["k"]), *parts, number(account["cpu_s"]),
                      number(account["cpu_but_tls_s"]), number(account["limit_s"]),
                      f"{account['ratio']:.2f}"])
    return found


def accounts(rows, side):
    heads = ["n", "m", "dropped", "k", *rows[0][side]["parts"], "all", "all but TLS", "least",
             "all / least"]
    return table(heads, account_rows(rows, side))


def commands(rows):
    return "".join(f"    blindsum bench {row['command']}\n" for row in rows)


def series(folder, name, title, plot, text):
    """A section with both sides' tables, a plot and the commands."""
    rows = read_rows(folder, name)
    if not rows:
        return f"\n## {title}\n\nNot measured yet: `./run bench --sweep {name}`.\n"
    body = text(rows) if callable(text) else text
    plot(folder / f"{name}.svg", rows)
    return (f"\n## {title}\n\n{body}\n![{title}]({name}.svg)\n\nThe aggregator, seconds:\n\n"
            f"{accounts(rows, 'aggregator')}\nOne participant, in the mean, seconds:\n\n"
            f"{accounts(rows, 'participant')}\n{commands(rows)}")


def _curve(rows, key, side):
    return [(row["macro"][key], row[side]["cpu_but_tls_s"]) for row in rows]


def plot_over(key, label, title):
    def plot(file, rows):
        bench_plots.cost_plot(file, title, label,
                              [("aggregator, all but TLS", _curve(rows, key, "aggregator")),
                               ("one participant, all but TLS", _curve(rows, key, "participant"))])
    return plot


def plot_dropout(file, rows):
    bars = [(f"{100 * row['macro']['dropout']:.0f} %",
             {name: part["cpu_s"] for name, part in row["aggregator"]["parts"].items()})
            for row in rows]
    bench_plots.parts_plot(file, "Aggregator, by what drops out", "dropped", bars)


def exponents(rows):
    points = _curve(rows, "participants", "aggregator")
    large = [point for point in points if point[0] > 100]
    every, sparse = bench_plots.exponent(points), bench_plots.exponent(large)
    if every is None:
        return "\n"
    text = f"The aggregator's time grows with n to the power {every:.2f} over all rows"
    if sparse is not None:
        text += (f", {sparse:.2f} above 100 members. Up to 100 everybody is everybody's neighbour, "
                 "so there it grows with the square; above, a member has about log n")
    return text + ".\n"


def bytes_section(folder):
    rows = [row for name in ("members", "others") for row in read_rows(folder, name)]
    if not rows:
        return ""
    found = []
    for row in rows:
        macro, stays = row["macro"], row["bytes"].get("survivor")
        figures = ["–"] * 5  # measured before it was counted by itself
        if stays:
            figures = [number(stays["sent"] / 2 ** 20), number(stays["received"] / 2 ** 20),
                       number(stays["sent_ratio"]), number(stays["received_ratio"]),
                       f"{stays['ratio']:.3f}"]
        found.append([f"{macro['participants']:,}", f"{macro['length']:,}", str(macro["bits"]),
                      str(macro["dropped"]), *figures, f"{row['bytes']['ratio']:.3f}"])
    return ("\n## Bytes\n\nAll that TCP carried for a participant that stays, TLS and its "
            "handshake included, beside its raw input of 16-bit elements; in the last column the "
            "mean over all members, of which those that dropped out sent no vector. The goal for "
            "n = 1000, m = 2^20 is 1.65 × (the paper behind pairwise masking: 1.73 × at "
            "n = 2^10): the mean reaches it, who stays does not. Its vector alone is "
            "26 / 16 = 1.625 ×; of the 52 KB that are left the adverts of all take "
            "164, a quorum's certificate 34, shares and their proofs 54 in both directions.\n\n" +
            table(["n", "m", "bits", "dropped", "sent MiB", "received MiB", "sent ×",
                   "received ×", "together ×", "in the mean ×"], found))


def memory_section(folder):
    rows = read_rows(folder, "memory")
    if not rows:
        return ""
    found = [[f"{r['macro']['participants']:,}", f"{r['macro']['length']:,}",
              number(r["aggregator"]["accumulator_bytes"] / 2 ** 20),
              number(r["aggregator"]["peak_memory_bytes"] / 2 ** 20),
              number(r["aggregator"]["peak_memory_bytes"] / r["aggregator"]["accumulator_bytes"])]
             for r in rows]
    return ("\n## Memory\n\nPeak of the aggregator: the accumulator, what is in flight, and all "
            "else.\n\n" + table(["n", "m", "accumulator MiB", "peak MiB", "×"], found) +
            "\n" + commands(rows))


def micro_section(folder):
    rows = read_rows(folder, "micro")
    if not rows:
        return "\n## The parts\n\nNot measured yet: `./run bench --sweep micro`.\n"
    found = []

    def walk(name, value):
        figures = {k: v for k, v in value.items() if not isinstance(v, dict)}
        if figures:
            found.append([name, ", ".join(f"{k} {number(v)}" for k, v in sorted(figures.items()))])
        for key, inner in value.items():
            if isinstance(inner, dict):
                walk(f"{name} {key}".strip(), inner)

    walk("", {k: v for k, v in rows[0].items() if k not in ("command", "machine")})
    return "\n## The parts\n\n" + table(["part", "median"], found) + "\n" + commands(rows)


def machine(folder):
    for name in ("micro", "members", "others", "length", "dropout"):
        for row in read_rows(folder, name):
            where = row["machine"]
            return (f"\nMachine: {where['processor'] or 'unknown'}, {where['processors']} cores; "
                    f"mask kernel {where['mask_kernel']}.\n")
    return ""


def main():
    folder = Path(sys.argv[1])
    text = _HEAD + machine(folder)
    text += bench_others.section(read_rows(folder, "others"), table, number)
    text += series(folder, "members", "Cost against the number of members",
                   plot_over("participants", "members n", "m = 100,000, 10 % dropped"), exponents)
    text += series(folder, "length", "Cost against the length of the vector",
                   plot_over("length", "elements m", "n = 20 (the last: 5), 10 % dropped"),
                   "The last row has five members, so that their inputs fit the machine.\n")
    text += series(folder, "dropout", "Cost against dropout", plot_dropout,
                   "Each member that drops out costs the masks that it shared.\n")
    text += bytes_section(folder) + memory_section(folder) + micro_section(folder)
    (folder / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
