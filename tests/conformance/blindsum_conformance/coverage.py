"""Which rules of SPEC.md are checked, by which checks; which are not, and why.

The rules are read from SPEC.md itself, the reasons from coverage.toml:

    [unchecked]
    KEY-3 = "why nobody outside can see it"

faults_of() finds what must not be: a rule with neither a check nor a reason, a reason for a rule
that is checked, a check or a reason that names no rule. A test fails on any of it.
"""
import dataclasses
import pathlib
import re
import tomllib

_HERE = pathlib.Path(__file__).resolve().parent
# Installed, the text lies beside the suite; in the source tree it is the one that all read.
_SPEC_PLACES = (_HERE / "SPEC.md", _HERE.parents[2] / "protocol" / "SPEC.md")
_RULE = re.compile(r"^- \*\*([A-Z][A-Z0-9]*-\d+)\*\*", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Coverage:
    checks_of: dict  # rule -> TARGET:NAME of the checks that see it, rules in SPEC.md's order
    reasons: dict    # rule -> why none does
    unknown: list    # (check or coverage.toml, rule that SPEC.md does not have)


def rules():
    """Ids of all rules, in their order."""
    text = next(place for place in _SPEC_PLACES if place.is_file()).read_text("utf-8")
    return _RULE.findall(text)


def of(checks, reasons=None):
    """reasons: those of coverage.toml unless given."""
    if reasons is None:
        reasons = tomllib.loads((_HERE / "coverage.toml").read_text("utf-8"))["unchecked"]
    checks_of = {rule: [] for rule in rules()}
    unknown = [("coverage.toml", rule) for rule in reasons if rule not in checks_of]
    for one in checks:
        for rule in one.rules:
            if rule in checks_of:
                checks_of[rule].append(f"{one.target}:{one.name}")
            else:
                unknown.append((one.name, rule))
    return Coverage(checks_of, reasons, unknown)


def faults_of(coverage):
    """Sentences, one a fault."""
    found = [f"{who} names {rule}, which is no rule of SPEC.md" for who, rule in coverage.unknown]
    for rule, names in coverage.checks_of.items():
        if not names and rule not in coverage.reasons:
            found.append(f"{rule}: no check, and no reason in coverage.toml")
        if names and rule in coverage.reasons:
            found.append(f"{rule}: a reason in coverage.toml, but {names[0]} checks it")
    return found


def closing_line(coverage):
    checked = sum(1 for names in coverage.checks_of.values() if names)
    return (f"{len(coverage.checks_of)} rules in SPEC.md: {checked} checked, "
            f"{len(coverage.checks_of) - checked} not, with reasons (--coverage)")


def table(coverage):
    lines = []
    for rule, names in coverage.checks_of.items():
        what = ", ".join(names) or f"unchecked: {coverage.reasons.get(rule, 'without a reason')}"
        lines.append(f"{rule:12}{what}")
    return "\n".join([*lines, "", closing_line(coverage)]) + "\n"
