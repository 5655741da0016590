"""The kit: all that the suite and the implementation under test must have in common.

make(folder) writes it; Kit(folder) reads it. README.md in it says what each file is and how the
implementation under test has to be configured (kit_readme.md is its text); kit.json says the same
to the suite. Keys in a kit are for tests only: the suite knows all of them.
"""
import argparse
import json
import os
import pathlib

from . import certificates, kit_blindsumd, version
from .against_client.terms import POLICY
from .reference import wire
from .reference.enc import enc
from .reference.entropy import System
from .reference.keys import SigningKey

KEY_HEAD = "blindsum ed25519 secret key v1\n"
LANES = 6            # tasks conformance-1 to -6, so that so many checks can run at a time
LANE_MEMBERS = 7     # one more than a cohort can have
HELLO_S = 2.0        # from the connection to Hello
UPLOADS = 2          # at a time
STALL_S = 2.0        # of an upload, while others wait
CROWD = 101          # members of conformance-sparse: the least with a sparse graph
COMMON_LIMIT_MS = 3000
PHASES = ("advertise", "share", "mask", "attest", "unmask")


def limits(ms):
    return dict.fromkeys(PHASES, ms)


# What every task has, unless TASKS says otherwise. Names are those of RoundParameters.
COMMON = {
    "n_min": 5, "n_max": 6, "max_corrupt": 1, "delta_ppm": 160_000, "min_survivors": 0,
    "sigma": 64, "eta": 30, "ring_bits": 14, "publish_sum": True,
    "tensors": [["rows", [7, 143]]], "codec": {"kind": 2, "bound": 1000}, "rounds": 0,
    "time_limits_ms": limits(COMMON_LIMIT_MS),
}
TASKS = {
    **{f"conformance-{lane}": {} for lane in range(1, LANES + 1)},
    "conformance-mean": {
        "codec": {"kind": 1, "clip": 8.0, "scale": 65536.0, "weight_bound": 100},
        "ring_bits": 30, "tensors": [["weights", [5, 3]], ["bias", [5]]]},
    "conformance-secret": {"publish_sum": False},
    "conformance-last": {"rounds": 1},
    "conformance-sparse": {
        "n_min": CROWD, "n_max": CROWD, "sigma": 1, "eta": 1, "delta_ppm": 20_000,
        "ring_bits": 18, "time_limits_ms": limits(20_000)},
}
README = pathlib.Path(__file__).with_name("kit_readme.md")


class Identity:
    """A member: its roster index, its name, the file of its key, the key."""

    def __init__(self, index, name, path):
        self.index, self.name, self.path = index, name, path
        self.key = read_key(path)


class Kit:
    """A kit on disk. Raises OSError, ValueError if it is none."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        about = json.loads((self.folder / "kit.json").read_text("utf-8"))
        if about["version"] != version():
            raise ValueError(f"{folder} was made by version {about['version']} of the suite,"
                             f" this is {version()}: make it anew")
        self.patience = about["patience"]
        self.hello_s, self.stall_s = HELLO_S * self.patience, STALL_S * self.patience
        self.tasks = about["tasks"]  # name -> what COMMON has, as configured
        self.authority = read_key(self.folder / "authority.key")
        self.aggregator = read_key(self.folder / "aggregator.key")
        self.roster_file = self.folder / "roster.bsr"
        signed = wire.decode_message(wire.SignedRoster, self.roster_file.read_bytes())
        self.roster_bytes = signed.roster
        self.roster = wire.decode_message(wire.Roster, signed.roster)
        self.members = {m.index: Identity(m.index, m.name, self.folder / "members"
                                          / f"{m.name}.key") for m in self.roster.members}
        self.ca, self.certificate = self.folder / "ca.crt", self.folder / "server.crt"
        self.tls_key = self.folder / "server.key"

    def lane(self, number):
        """(task, its members) of a lane, from 0."""
        return f"conformance-{number + 1}", self._members(f"lane{number + 1}-")

    def crowd(self):
        """The members of conformance-sparse."""
        return self._members("crowd-")

    def _members(self, prefix):
        return [m for m in self.members.values() if m.name.startswith(prefix)]


def read_key(path):
    text = pathlib.Path(path).read_text("ascii")
    if not text.startswith(KEY_HEAD):
        raise ValueError(f"{path} is no secret key")
    return SigningKey(bytes.fromhex(text[len(KEY_HEAD):].strip()))


def write_key(path, key):
    write_private(path, f"{KEY_HEAD}{key.seed.hex()}\n".encode())


def write_private(path, data):
    """Readable by its owner only; never over another file."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)


def make(folder, patience=1):
    """Writes a kit into an empty or a new folder; patience: times all time limits."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    authority, aggregator = _new_key(), _new_key()
    write_key(folder / "authority.key", authority)
    write_key(folder / "aggregator.key", aggregator)
    roster = _make_roster(folder, authority)
    certificates.make(folder)
    tasks = {name: {**COMMON, **own} for name, own in TASKS.items()}
    for task in tasks.values():
        task["time_limits_ms"] = {phase: patience * ms
                                  for phase, ms in task["time_limits_ms"].items()}
    about = {"version": version(), "patience": patience, "tasks": tasks,
             "authority_key": authority.public.hex(),
             "aggregator_key": aggregator.public.hex()}
    (folder / "kit.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
    text = README.read_text("utf-8")
    for name, value in {"authority": authority.public.hex(), "aggregator": aggregator.public.hex(),
                        "members": str(len(roster.members)), "version": version(),
                        "hello_s": f"{patience * HELLO_S:g}",
                        "stall_s": f"{patience * STALL_S:g}",
                        "tasks": task_table(tasks), "policy_rows": policy_rows()}.items():
        text = text.replace(f"{{{name}}}", value)
    (folder / "README.md").write_text(text, "utf-8")


def _new_key():
    return SigningKey(System().bytes(32))


def _make_roster(folder, authority):
    (folder / "members").mkdir()
    names = [f"lane{lane}-{number}" for lane in range(1, LANES + 1)
             for number in range(1, LANE_MEMBERS + 1)]
    names += [f"crowd-{number}" for number in range(1, CROWD + 1)]
    roster = wire.Roster(epoch=1, authority="conformance suite")
    for place, name in enumerate(names):
        key = _new_key()
        write_key(folder / "members" / f"{name}.key", key)
        # Not from 0 and not without gaps: an index in the roster is no index in a list.
        roster.members.append(wire.Member(3 * place + 2, name, key.public))
    data = wire.encode_message(roster)
    signed = wire.SignedRoster(data, authority.sign(enc("roster", data)))
    (folder / "roster.bsr").write_bytes(wire.encode_message(signed))
    return roster


def task_table(tasks):
    """What differs from task to task, as Markdown."""
    rows = ["| task | tensors | codec | ring_bits | n_min, n_max | other |",
            "|---|---|---|---|---|---|"]
    for name, task in tasks.items():
        other = [f"{key} = {task[key]}" for key in
                 ("sigma", "eta", "delta_ppm", "publish_sum", "rounds") if task[key] != COMMON[key]]
        other.append(f"{task['time_limits_ms']['mask'] / 1000:g} s a phase")
        tensors = ", ".join(f"{tensor} {shape}" for tensor, shape in task["tensors"])
        codec = ", ".join(f"{key} {value}" for key, value in task["codec"].items())
        rows.append(f"| {name} | {tensors} | {codec} | {task['ring_bits']} |"
                    f" {task['n_min']}, {task['n_max']} | {', '.join(other)} |")
    return "\n".join(rows)


def policy_rows():
    """What a participant insists on, as rows of Markdown."""
    return "\n".join(f"| {name} | {json.dumps(value)} |" for name, value in POLICY.items())


def main(arguments):
    options = argparse.ArgumentParser(
        prog="blindsum-conformance kit",
        description="Makes a kit: keys, roster, certificates, and a README.md that says how the"
                    " implementation under test must be configured.")
    options.add_argument("folder", type=pathlib.Path, metavar="DIR", help="empty, or not there yet")
    options.add_argument("--for", dest="whom", choices=["blindsumd"],
                         help="also writes this program's configuration")
    options.add_argument("--port", type=int, default=8443, metavar="PORT",
                         help="in that configuration (8443; 0: any free one)")
    options.add_argument("--patience", type=int, default=1, metavar="N",
                         help="time limits N times as long, for slow machines (1)")
    chosen = options.parse_args(arguments)
    make(chosen.folder, chosen.patience)
    if chosen.whom == "blindsumd":
        kit_blindsumd.write(Kit(chosen.folder), chosen.port)
    return 0
