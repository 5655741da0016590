"""The page's machines: a network namespace each, with a shell that keeps what it was told.

A user is user 1000 of a namespace of users, so that programs see no root; root is that of the jail
(tests/chaos/jail.py). A machine has a folder, its home, and `exchange` in it, which is the same on
all of them.
"""
import os
import pathlib
import queue
import subprocess
import threading
import time

from network import Network, address  # tests/chaos

AS_USER = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
_OFFLINE = ["unshare", "--net"]
# Commands come by descriptor 3, ended by a zero byte; `$?` is what the one before has left.
_LOOP = """
while IFS= read -r -d '' -u 3 command; do
  (exit ${status:-0})
  eval "$command" </dev/null 3<&-
  status=$?
  printf '\\n%s %s\\n' "$END" "$status"
done
"""


class TooSlow(Exception):
    pass


class Shell:
    def __init__(self, prefix, folder, environment):
        reading, self._commands = os.pipe()
        end = f"end-of-command-{os.urandom(8).hex()}"
        self._end = end.encode() + b" "
        self.process = subprocess.Popen(
            [*prefix, "bash", "--noprofile", "--norc", "-c", f"exec 3<&{reading}\n{_LOOP}"],
            cwd=folder, env={**environment, "END": end}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=[reading],
            start_new_session=True)
        os.close(reading)
        self._lines = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def run(self, command, limit_s):
        """(exit code, lines printed)."""
        os.write(self._commands, command.encode() + b"\0")
        end, printed = time.monotonic() + limit_s, []
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise TooSlow("\n".join(_text(printed))) from None
            if line is None:
                raise RuntimeError("the machine's shell has ended")
            if line.startswith(self._end):
                return int(line[len(self._end):]), _text(printed)
            printed.append(line)


def _text(printed):
    """The shell ends a line before it says that it is ready."""
    whole = b"".join(printed).decode(errors="replace")
    return whole.removesuffix("\n").splitlines()


class Machines:
    """machines: those of page.read_machines(); the first one with an address is place 0."""

    def __init__(self, folder, machines, programs):
        self._folder = folder
        self._shells = {}
        online = [machine for machine in machines if machine.address]
        network = Network(len(online) - 1)
        for place, machine in enumerate(online):
            if machine.address != address(place):
                raise RuntimeError(f"{machine.name} has {address(place)} here")
        prefixes = {machine.name: network.prefix(place) for place, machine in enumerate(online)}
        self._prefixes = {machine.name: prefixes.get(machine.name, _OFFLINE)
                          for machine in machines}
        self._environment = {"PATH": f"{self._make_path(programs)}:/usr/bin:/bin:/usr/sbin:/sbin",
                             "LANG": "C.UTF-8", "TERM": "dumb", "USER": "user"}
        self._make_homes(machines)
        self._name(online)

    def _make_path(self, programs):
        path = self._folder / "bin"
        path.mkdir()
        for program in programs:
            (path / program.name).symlink_to(program.resolve())
        return path

    def _make_homes(self, machines):
        (self._folder / "exchange").mkdir()
        for machine in machines:
            (self._folder / machine.name).mkdir()
            (self._folder / machine.name / "exchange").symlink_to("../exchange")

    def _name(self, online):
        """Names as a DNS would give them. The mount is the jail's."""
        hosts = self._folder / "hosts"
        hosts.write_text("127.0.0.1 localhost\n" + "".join(
            f"{machine.address} {machine.host_name}\n" for machine in online if machine.host_name))
        subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True)

    def run(self, step, limit_s):
        return self._shell(step.machine, step.root).run(step.command, limit_s)

    def _shell(self, name, root):
        if (name, root) not in self._shells:
            home = pathlib.Path(self._folder, name)
            prefix = [*self._prefixes[name], *([] if root else AS_USER)]
            self._shells[name, root] = Shell(prefix, home, {**self._environment,
                                                            "HOME": str(home)})
        return self._shells[name, root]
