"""What a run found, in the forms that --format and --json name.

    table   for people: a line a check, reasons below those that failed, a count
    tap     Test Anything Protocol 13, with a YAML block below what failed
    junit   JUnit's XML: one test suite a run, one test case a check, rules as properties
    json    one object a line and check; the last one counts

An outcome is one of passed, failed, skipped.
"""
import dataclasses
import json
import xml.etree.ElementTree as xml

from . import version

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclasses.dataclass(frozen=True)
class Outcome:
    check: str
    target: str
    rules: tuple[str, ...]
    title: str
    status: str
    reason: str = ""  # why it failed or was skipped
    seconds: float = 0.0


def counts(outcomes):
    found = {status: 0 for status in (PASSED, FAILED, SKIPPED)}
    for outcome in outcomes:
        found[outcome.status] += 1
    return found


def closing_line(outcomes):
    found = counts(outcomes)
    return f"{found[PASSED]} passed, {found[FAILED]} failed, {found[SKIPPED]} skipped"


def table_line(outcome):
    """The line of one check, and below it why, if there is a reason."""
    rules = ", ".join(outcome.rules)
    line = f"{outcome.status:8}{outcome.check:34} {outcome.title}  [{rules}]"
    if not outcome.reason:
        return line
    return "\n".join([line, *(f"        {row}" for row in outcome.reason.splitlines())])


def table(outcomes):
    return "\n".join([*map(table_line, outcomes), "", closing_line(outcomes)]) + "\n"


def tap(outcomes):
    lines = ["TAP version 13", f"1..{len(outcomes)}"]
    for number, outcome in enumerate(outcomes, 1):
        word = "not ok" if outcome.status == FAILED else "ok"
        about = f"{outcome.check} [{', '.join(outcome.rules)}] {outcome.title}".replace("#", "")
        if outcome.status == SKIPPED:
            about += f" # SKIP {' '.join(outcome.reason.split())}"
        lines.append(f"{word} {number} - {about}")
        if outcome.status == FAILED:
            lines += ["  ---", f"  message: {json.dumps(outcome.reason)}",
                      f"  seconds: {outcome.seconds:.3f}", "  ..."]
    return "\n".join(lines) + "\n"


def junit(outcomes):
    found = counts(outcomes)
    suite = xml.Element("testsuite", {
        "name": f"blindsum-conformance {version()}", "tests": str(len(outcomes)),
        "failures": str(found[FAILED]), "skipped": str(found[SKIPPED]), "errors": "0",
        "time": f"{sum(o.seconds for o in outcomes):.3f}"})
    for outcome in outcomes:
        case = xml.SubElement(suite, "testcase", {
            "classname": outcome.target, "name": outcome.check, "time": f"{outcome.seconds:.3f}"})
        properties = xml.SubElement(case, "properties")
        for rule in outcome.rules:
            xml.SubElement(properties, "property", {"name": "rule", "value": rule})
        if outcome.status != PASSED:
            kind = "failure" if outcome.status == FAILED else "skipped"
            about = xml.SubElement(case, kind, {"message": _printable(outcome.reason)})
            about.text = outcome.title
    root = xml.Element("testsuites")
    root.append(suite)
    xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + xml.tostring(root, "unicode") + "\n"


def json_lines(outcomes, seconds):
    lines = [json.dumps(dataclasses.asdict(outcome), ensure_ascii=False) for outcome in outcomes]
    last = {"version": version(), "checks": len(outcomes), **counts(outcomes),
            "seconds": round(seconds, 3)}
    return "\n".join([*lines, json.dumps(last)]) + "\n"


def _printable(text):
    """Without the control characters that XML cannot hold."""
    return "".join(c if c >= " " or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


FORMATS = {"table": table, "tap": tap, "junit": junit}
