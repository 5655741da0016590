"""What PromQL expressions ask for, as far as tests need it: selectors, and labels named beside
them. Not a parser: expressions are promtool's to judge."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "admin"))

from metric_table import labels_of  # noqa: E402

_SELECTOR = re.compile(r"\b(blindsum_\w+)\s*(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_GROUPED = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
OF_PROMETHEUS = {"job", "instance"}  # labels that it adds to every series


def selectors(expression):
    """[(metric, [(label, operator, value)])]"""
    return [(name, _MATCHER.findall(matchers)) for name, matchers in
            _SELECTOR.findall(expression)]


def grouped(expression):
    """Labels that are named in by (…), without (…), on (…)."""
    return {label.strip() for labels in _GROUPED.findall(expression)
            for label in labels.split(",")}


def labels_in(expression):
    """All that the series of its metrics have."""
    return OF_PROMETHEUS.union(*(labels_of(name) for name, _ in selectors(expression)))


def label_values():
    """label → the values that the server gives it, from its sources; labels not listed are free."""
    def found(file, pattern):
        return set(re.findall(pattern, (ROOT / file).read_text()))
    reasons = found("protocol/round/reason.h", r"(?m)^  X\((\w+),")
    return {
        "outcome": reasons | {"completed"},
        "reason": reasons | {"ok"} | found("server/connection_error.cc", r'return "(\w+)"'),
        "phase": found("server/watcher.cc", r'AggregatorPhase::\w+:\s+return "(\w+)"'),
        "state": found("server/watcher.cc", r'TaskState::\w+:\s+return "(\w+)"'),
        "kind": found("server/record_json.cc", r'BlameKind::\w+:\s+return "(\w+)"'),
        "folder": found("server/admin/gauges.cc", r'add_disk\(values, "(\w+)"'),
        "result": found("server/admin/metrics.cc", r'event\.good \? "(\w+)"')
        | found("server/admin/metrics.cc", r'event\.good \? "\w+" : "(\w+)"'),
    }
