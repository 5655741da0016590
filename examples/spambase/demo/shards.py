"""Deals the e-mails out: a held-out test set, and a shard for each of twelve organisations.

Sizes and spam ratios differ on purpose: alone, most organisations cannot learn a good filter.
"""
import csv
import pathlib
import random

# (share of all training e-mails, share of spam wanted among them); the last ones take what is left.
ORGANISATIONS = [
    ("clinic-north", 0.010, 0.10), ("clinic-south", 0.015, 0.80), ("archive", 0.020, 0.15),
    ("school", 0.030, 0.70), ("library", 0.040, 0.20), ("notary", 0.055, 0.90),
    ("insurer", 0.070, 0.12), ("bank-east", 0.090, 0.65), ("bank-west", 0.115, 0.25),
    ("hospital", 0.140, 0.75), ("ministry", 0.180, 0.30), ("university", 1.000, 0.35),
]
TEST_SHARE = 0.2
DEALING_SEED = 1  # the shards are the same in every run; only the victims change with --seed


def _write(path, header, rows):
    with open(path, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _take(pool, count):
    taken = pool[:count]
    del pool[:count]
    return taken


def deal(source: pathlib.Path, folder: pathlib.Path):
    """Writes test.csv and <organisation>.csv; returns [(name, rows, spam)], in roster order."""
    with open(source, newline="") as file:
        header, *rows = csv.reader(file)
    random.Random(DEALING_SEED).shuffle(rows)
    test_size = int(len(rows) * TEST_SHARE)
    _write(folder / "test.csv", header, rows[:test_size])
    training = rows[test_size:]
    spam = [row for row in training if row[-1] == "1"]
    ham = [row for row in training if row[-1] == "0"]
    dealt = []
    for name, size_share, spam_share in ORGANISATIONS[:-1]:
        size = int(len(training) * size_share)
        mine = _take(spam, int(size * spam_share))
        mine += _take(ham, size - len(mine))
        dealt.append((name, mine))
    dealt.append((ORGANISATIONS[-1][0], spam + ham))
    for name, mine in dealt:
        _write(folder / f"{name}.csv", header, mine)
    return [(name, len(mine), sum(row[-1] == "1" for row in mine)) for name, mine in dealt]
