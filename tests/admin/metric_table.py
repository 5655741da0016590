"""The metrics that there are, from server/admin/metric_table.h, and what a scrape gives."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "server/admin/metric_table.h"
_ENTRY = re.compile(r'\{"(\w+)",\s*MetricType::(\w+),\s*"([^"]*)",\s*((?:"[^"]*"\s*)+)\}')
_SAMPLE = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def documented():
    """name → (type, labels, help), from the table that the server is made from."""
    entries = {}
    for name, kind, labels, text in _ENTRY.findall(TABLE.read_text()):
        entries[name] = (kind, labels, "".join(re.findall(r'"([^"]*)"', text)))
    return entries


def family(name):
    """The metric's name in the table: what a histogram is split into has endings."""
    return name if name in documented() else re.sub("_(bucket|sum|count)$", "", name)


def labels_of(name):
    """Of a series of this name, in the table: a bucket has `le` as well."""
    labels = set(filter(None, documented()[family(name)][1].split(", ")))
    return labels | {"le"} if name.endswith("_bucket") else labels


def parse(text):
    """([(name, labels, value)], {name: type})"""
    samples, types = [], {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            types[name] = kind
        elif line and not line.startswith("#"):
            name, labels, value = _SAMPLE.match(line).groups()
            samples.append((name, dict(_LABEL.findall(labels or "")), float(value)))
    return samples, types
