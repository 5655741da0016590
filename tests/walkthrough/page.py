"""The commands of a page of the documents, and what they are said to print.

A block that begins with ```console holds commands, each with its machine and who gives it:

    hospital-a$ blindsum keygen --out a.key      as a user
    hospital-a# ip link set eth0 down            as root

Lines after a \\ at the end, and those of a <<'END' document, belong to the command. All else up to
the next prompt is what it prints, standard error included. `…` stands for anything in a line; a
line of `…` alone for any number of lines. A command may fail only if `echo $?` comes next.
"""
import dataclasses
import re

_PROMPT = re.compile(r"^([a-z][a-z0-9-]*)([$#]) (\S.*)$")
_HERE_DOCUMENT = re.compile(r"<<'(\w+)'")
_MACHINE = re.compile(r"^\| `([a-z][a-z0-9-]*)` \| (?:`([\d.]+)`(?:, `(\S+)`)?|–) \|")
_HEADING = re.compile(r"^#+ (.+)$")
_ANYTHING = "…"
ASKS_FOR_STATUS = "echo $?"


class Faulty(Exception):
    """The page itself is wrong."""


@dataclasses.dataclass
class Machine:
    name: str
    address: str | None  # None: no network
    host_name: str | None


@dataclasses.dataclass
class Step:
    line: int  # of the page
    section: str
    machine: str
    root: bool
    command: str
    output: list  # of lines
    may_fail: bool = False

    def prompt(self):
        return f"{self.machine}{'#' if self.root else '$'} {self.command}"

    def matches(self, printed):
        """printed: lines."""
        pieces = []
        for line in self.output:
            if line == _ANYTHING:
                pieces.append(r"(?:[^\n]*\n)*")
            else:
                pieces.append(r"[^\n]*".join(map(re.escape, line.split(_ANYTHING))) + r"\n")
        return re.fullmatch("".join(pieces), "".join(line + "\n" for line in printed)) is not None


def read_machines(text):
    """Those of the page's table: | `name` | `address`, `host name` | …, or – for no network."""
    found = [Machine(*row.groups()) for row in map(_MACHINE.match, text.splitlines()) if row]
    if len({machine.name for machine in found}) != len(found):
        raise Faulty("a machine is in the table twice")
    return found


def read_steps(text):
    known = {machine.name for machine in read_machines(text)}
    steps, section = [], ""
    lines = list(enumerate(text.splitlines(), 1))
    while lines:
        number, line = lines.pop(0)
        if heading := _HEADING.match(line):
            section = heading[1]
        elif line.startswith("```"):
            block = _take_block(number, lines)
            if line == "```console":
                steps += _steps_of(block, section)
    for step, after in zip(steps, steps[1:] + [None]):
        step.may_fail = (after is not None and after.command == ASKS_FOR_STATUS
                         and (after.machine, after.root) == (step.machine, step.root))
        if step.machine not in known:
            raise Faulty(f"line {step.line}: no machine {step.machine} in the table")
    return steps


def _take_block(begun, lines):
    block = []
    while lines:
        number, line = lines.pop(0)
        if line == "```":
            return block
        block.append((number, line))
    raise Faulty(f"line {begun}: the block does not end")


def _steps_of(block, section):
    steps = []
    while block:
        number, line = block.pop(0)
        prompt = _PROMPT.match(line)
        if prompt:
            machine, sign, command = prompt.groups()
            steps.append(Step(number, section, machine, sign == "#",
                              _whole_command(number, command, block), []))
        elif steps:
            steps[-1].output.append(line)
        else:
            raise Faulty(f"line {number}: no prompt before '{line}'")
    return steps


def _whole_command(number, command, block):
    document = _HERE_DOCUMENT.search(command)
    while command.endswith("\\") or document:
        if not block:
            raise Faulty(f"line {number}: the command does not end")
        line = block.pop(0)[1]
        command += "\n" + line
        if document and line == document[1]:
            document = None
    return command
