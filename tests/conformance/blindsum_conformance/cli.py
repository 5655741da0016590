"""The command line of blindsum-conformance; HELP below is its contract.

main() returns the exit code: 0 all is well, 1 a check failed, 2 wrong usage, 3 a file or a
connection failed.
"""
import argparse
import fnmatch
import pathlib
import sys
import tempfile
import time

from . import checks, coverage, kit, report, runner, version

HELP = """\
Tells whether an implementation of the blindsum protocol, version 1, is right: plays the members of
rounds against an aggregator, or the aggregator against a participant's program.
"""

USAGE = """\
blindsum-conformance --target server wss://HOST:PORT --kit DIR [OPTION]...
  or:  blindsum-conformance --target client --listen HOST:PORT --kit DIR --exec COMMAND [OPTION]...
  or:  blindsum-conformance kit DIR [--for blindsumd] [--port PORT] [--patience N]
  or:  blindsum-conformance --list|--coverage [--target TARGET]"""

EXAMPLES = """\
First:
  blindsum-conformance kit KIT                    keys, roster, certificates; KIT/README.md says how
                                                  to configure the implementation under test
  blindsum-conformance kit KIT --for blindsumd    also writes KIT/blindsumd.toml

Examples:
  blindsum-conformance --target server wss://127.0.0.1:8443 --kit KIT
                    every check against an aggregator
  blindsum-conformance --target client --listen 127.0.0.1:0 --kit KIT --exec 'client {url} {state}'
                    every check against a participant's program
  blindsum-conformance --target server wss://127.0.0.1:8443 --kit KIT --only SHARE-8
                    those that are about this rule of SPEC.md
  blindsum-conformance --list
                    every check, its title and its rules
  blindsum-conformance --coverage
                    every rule: which checks see it, or why none does

The participant's command:

--exec runs a shell command for each participant. {NAME} in it is replaced, quoted:
  {url}             wss://HOST:PORT of the aggregator that the suite plays
  {address}         HOST:PORT of it
  {ca}              file of the CA certificate that the aggregator's was issued by (PEM)
  {server_pin}      SHA-256 of that certificate's public key (DER), hexadecimal
  {identity}        file of the member's secret key
  {roster}          file of the signed roster
  {authority_key}   the authority's public key, hexadecimal
  {aggregator_key}  the aggregator's public key, hexadecimal
  {task}            name of the task to join
  {policy}          file of the policy to insist on (JSON; KIT/README.md says what it means)
  {input}           file of the input (.npy)
  {state}           the state folder

The aggregator's command:

--restart runs a shell command that ends the aggregator as a power cut would (kill -9) and starts it
again, with the same state on disk and at the same URL, and that returns once it listens. Without it
the checks of what survives a crash are skipped.

Choosing checks:

--only takes a check's name, a pattern of names (session-*), or a rule's id, any number of times.
--skip FILE: a line a check, its name, then the reason why it is skipped. # starts a comment.

Exit codes:

0 no check failed; 1 one failed; 2 wrong usage; 3 a file or a connection failed.
"""


class UsageError(Exception):
    pass


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """As help2man reads it: Usage, with a capital letter."""

    def add_usage(self, usage, actions, groups, prefix=None):
        super().add_usage(usage, actions, groups, prefix or "Usage: ")


def parser():
    options = argparse.ArgumentParser(
        prog="blindsum-conformance", usage=USAGE, description=HELP, epilog=EXAMPLES,
        formatter_class=_Formatter)
    add = options.add_argument
    add("url", nargs="?", metavar="wss://HOST:PORT", help="the aggregator under test")
    add("--target", choices=checks.TARGETS, help="what is under test")
    add("--kit", type=pathlib.Path, metavar="DIR", help="folder that the command kit has made")
    add("--listen", metavar="HOST:PORT",
        help="where the suite's aggregator listens; port 0: any; else as many from PORT on as jobs")
    add("--exec", metavar="COMMAND", help="starts the participant under test")
    add("--restart", metavar="COMMAND", help="kills the aggregator under test and starts it again")
    add("--only", action="append", default=[], metavar="CHECK", help="runs these checks only")
    add("--skip", type=pathlib.Path, metavar="FILE", help="checks to skip, each with its reason")
    add("--fail-fast", action="store_true", help="ends after the first failure")
    add("--jobs", type=int, default=kit.LANES, metavar="N",
        help=f"checks at a time ({kit.LANES})")
    add("--check-time", type=float, default=30, metavar="SECONDS", help="most for one check (30)")
    add("--format", choices=report.FORMATS, default="table", help="of the report (table)")
    add("--json", action="store_true", help="one JSON object a line: each check, then the counts")
    add("--output", type=pathlib.Path, metavar="FILE", help="where the report goes, not to stdout")
    add("--list", action="store_true", help="lists the checks, runs none")
    add("--coverage", action="store_true", help="lists the rules of SPEC.md, runs no check")
    add("--version", action="version", version=f"blindsum-conformance {version()}",
        help="the protocol's version, a dot, the suite's")
    return options


def main(arguments):
    try:
        if arguments[:1] == ["kit"]:
            return kit.main(arguments[1:])
        options = parser().parse_args(arguments)
        known = checks.every_check(options.target)
        if options.coverage:
            return _print(options, coverage.table(coverage.of(checks.every_check())))
        wanted = chosen(known, options.only)
        if options.list:
            return _print(options, "".join(f"{_listed(c)}\n" for c in wanted))
        _check_usage(options)
        options.skips = read_skips(options.skip, known) if options.skip else {}
        return _run(wanted, options)
    except UsageError as error:
        print(f"blindsum-conformance: {error}; --help says more", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"blindsum-conformance: {error}", file=sys.stderr)
        return 3


def _check_usage(options):
    if not options.target:
        raise UsageError("--target server or --target client is due")
    if not options.kit:
        raise UsageError("--kit DIR is due")
    if not (options.kit / "kit.json").is_file():
        raise UsageError(f"{options.kit} is no kit: `blindsum-conformance kit {options.kit}` makes"
                         " one")
    try:
        kit.Kit(options.kit)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if options.jobs < 1 or options.target == "server" and options.jobs > kit.LANES:
        raise UsageError(f"--jobs: 1 to {kit.LANES}, as many as a kit has tasks for")
    if options.target == "server" and not (options.url or "").startswith("wss://"):
        raise UsageError("wss://HOST:PORT is due, the aggregator's")
    if options.target == "client" and not (options.listen and options.exec):
        raise UsageError("--listen HOST:PORT and --exec COMMAND are due")


def chosen(known, patterns):
    """The checks that any pattern names; all without patterns."""
    for pattern in patterns:
        if not any(_names(pattern, c) for c in known):
            raise UsageError(f"--only {pattern}: no such check or rule")
    return [c for c in known if not patterns or any(_names(p, c) for p in patterns)]


def _names(pattern, one):
    return pattern in one.rules or fnmatch.fnmatchcase(one.name, pattern)


def read_skips(path, known):
    """name -> reason."""
    names = {c.name for c in known}
    found = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        name, _, reason = line.partition("#")[0].strip().partition(" ")
        if not name:
            continue
        if name not in names or not reason.strip():
            raise UsageError(f"{path}:{number}: the name of a check and a reason are due")
        found[name] = reason.strip()
    return found


def _run(wanted, options):
    begun = time.monotonic()
    streams = options.format == "table" and not options.json and not options.output

    def told(outcome):
        if streams:
            print(report.table_line(outcome), flush=True)

    # What lanes were making when they were told to end goes with it.
    with tempfile.TemporaryDirectory(prefix="blindsum-conformance-") as options.scratch:
        outcomes = runner.run(wanted, options, told)
    if streams:
        seen = coverage.of(checks.every_check())
        print(f"\n{coverage.closing_line(seen) if options.only else coverage.table(seen)}")
        print(report.closing_line(outcomes))
    elif options.json:
        _print(options, report.json_lines(outcomes, time.monotonic() - begun))
    else:
        _print(options, report.FORMATS[options.format](outcomes))
    return 1 if any(o.status == report.FAILED for o in outcomes) else 0


def _print(options, text):
    if options.output:
        options.output.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _listed(one):
    return f"{one.target:7}{one.name:34} {one.title}  [{', '.join(one.rules)}]"
