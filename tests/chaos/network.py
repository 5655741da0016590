"""A bridge, and a network namespace for each of the aggregator and the participants.

A cut takes the bridge's end of a link down: nothing passes, nobody is told. A slow link is netem's
delay where the kernel has it, else tbf: so few bytes a second that they queue.
"""
import subprocess

AGGREGATOR = "10.83.0.1"
AGGREGATOR_PORT = 8443
_BRIDGE = "bridge0"


def _ip(lines):
    done = subprocess.run(["ip", "-batch", "-"], input="\n".join(lines) + "\n", text=True,
                          capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"ip: {done.stderr.strip()}")


def _tc(*arguments):
    return subprocess.run(["tc", *arguments], capture_output=True, text=True)


def address(place):
    """place: 0 is the aggregator, 1 and on the participants."""
    return f"10.83.{(place + 1) // 256}.{(place + 1) % 256}"


class Network:
    def __init__(self, participants):
        self.places = range(participants + 1)
        self.slow_by = self._find_slow()
        lines = ["link set lo up", f"link add name {_BRIDGE} type bridge",
                 f"link set {_BRIDGE} up"]
        for place in self.places:
            lines += [f"netns add n{place}",
                      f"link add name v{place} type veth peer name eth0 netns n{place}",
                      f"link set v{place} master {_BRIDGE} up"]
        _ip(lines)
        for place in self.places:
            self._inside(place, "ip", "link", "set", "lo", "up")
            self._inside(place, "ip", "address", "add", f"{address(place)}/16", "dev", "eth0")
            self._inside(place, "ip", "link", "set", "eth0", "up")

    @staticmethod
    def _find_slow():
        """What this kernel has for slow links; empty if nothing."""
        trials = {"netem": ("delay", "1ms"),
                  "tbf": ("rate", "1mbit", "burst", "4kb", "latency", "1s")}
        for name, options in trials.items():
            if _tc("qdisc", "add", "dev", "lo", "root", name, *options).returncode == 0:
                _tc("qdisc", "del", "dev", "lo", "root")
                return name
        return ""

    @staticmethod
    def prefix(place):
        """Before a command that is to run there; executes it, so the process id stays."""
        return ["nsenter", f"--net=/run/netns/n{place}"]

    def _inside(self, place, *command):
        subprocess.run([*self.prefix(place), *command], check=True, capture_output=True)

    def cut(self, place):
        _ip([f"link set v{place} down"])

    def heal(self, place):
        _ip([f"link set v{place} up"])

    def slow(self, place, strength):
        """strength: from 0, hardly, to 1. What the place sends is slow, and with netem what it
        gets, too."""
        if self.slow_by == "netem":
            delay, jitter = round(20 + 480 * strength), round(5 + 100 * strength)
            options = ["netem", "delay", f"{delay}ms", f"{jitter}ms", "loss",
                       f"{strength * 3:.1f}%"]
            self._shape("v", place, options)
        else:
            # The aggregator sends to everybody.
            fastest = 8_000 if place else 400 * len(self.places)
            rate = round(fastest / (1 + 19 * strength))
            options = ["tbf", "rate", f"{rate}kbit", "burst", "8kb", "latency", "2s"]
        self._shape("eth", place, options)

    def _shape(self, side, place, options):
        end = ["dev", f"v{place}"] if side == "v" else ["dev", "eth0"]
        where = [] if side == "v" else ["-n", f"n{place}"]
        done = _tc(*where, "qdisc", "replace", *end, "root", *options)
        if done.returncode != 0:
            raise RuntimeError(f"tc: {done.stderr.strip()}")

    def quicken(self, place):
        for where, end in (([], f"v{place}"), (["-n", f"n{place}"], "eth0")):
            _tc(*where, "qdisc", "del", "dev", end, "root")  # there may be none
