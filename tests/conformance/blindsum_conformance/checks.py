"""The registry of checks.

A check is a function with one argument, the bench (see runner.py), in a module of against_server/
or against_client/, which decides its target:

    @check("session-forged", rules=["SESSION-3"])
    def _(bench):
        '''A Hello that another key signed is refused with bad_signature'''

The docstring's first line is its title: what a right implementation does. The function returns if
it did, raises Failed if not, NotApplicable if it cannot be seen at this target. Whatever else it
raises is taken for a failure too: a check that broke shows nothing.
"""
import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Callable

TARGETS = ("server", "client")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Failed(Exception):
    """The implementation under test did something else than SPEC.md says."""


class NotApplicable(Exception):
    """This target offers no way to see it; the text says why."""


@dataclasses.dataclass(frozen=True)
class Check:
    name: str
    target: str
    rules: tuple[str, ...]
    title: str
    run: Callable
    alone: bool = False  # no other check runs beside it


_registry: dict[tuple[str, str], Check] = {}  # by target and name


def check(name, rules, alone=False):
    """Registers the decorated function, under a name of its own at its target.

    rules: ids of SPEC.md, the one it is about first. alone: it disturbs all other lanes.
    """
    def register(function):
        package = function.__module__.split(".")
        target = next(t for t in TARGETS if f"against_{t}" in package)
        title = (function.__doc__ or "").strip().splitlines()
        is_new = (target, name) not in _registry
        if not (title and rules and is_new and _NAME.fullmatch(name)):
            raise ValueError(f"check {name}: a new name, rules and a docstring are due")
        _registry[target, name] = Check(name, target, tuple(rules), title[0].strip(), function,
                                        alone)
        return function
    return register


def every_check(target=None):
    """All checks, in the order of their modules' names; of one target, or of both."""
    for one in TARGETS:
        package = importlib.import_module(f"{__package__}.against_{one}")
        for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
            importlib.import_module(f"{package.__name__}.{module}")
    return [c for c in _registry.values() if target in (None, c.target)]


def require(condition, text):
    if not condition:
        raise Failed(text)


def require_equal(what, wanted, got):
    if wanted != got:
        raise Failed(f"{what}: {shown(wanted)} is due, it is {shown(got)}")


def shown(value):
    """A value as reports show it: bytes in hexadecimal, long ones cut."""
    if isinstance(value, (bytes, bytearray)):
        return value.hex() if len(value) <= 40 else f"{value[:16].hex()}… ({len(value)} bytes)"
    text = str(value)
    return text if len(text) <= 200 else text[:200] + "…"
