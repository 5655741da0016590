"""The values of SPEC.md that this suite's own tests are held against."""

import re
from pathlib import Path

SPEC = (Path(__file__).resolve().parents[2] / "protocol" / "SPEC.md").read_text(encoding="utf-8")

S0 = bytes(range(1, 0x20)) + b"\x0e"
S1 = b"\x02" + bytes(31)
S2 = b"\x03" + bytes(31)


def appendix(name):
    """The text of an appendix, by its letter."""
    return SPEC.split(f"## Appendix {name}.")[1].split("\n## ")[0]


def value(what):
    """The bytes of the row of Appendix D that begins so."""
    row = rf"^\| {re.escape(what)}[^|]*\| ([0-9a-f ]+) \|$"
    found = re.search(row, appendix("D"), re.MULTILINE)
    return bytes.fromhex(found.group(1))
