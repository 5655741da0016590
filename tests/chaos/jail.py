"""Namespaces of processes, mounts and networks around a whole run of ours (chaos, walkthrough).

Everything that the run makes is in them: when its first process ends, however it ends, the kernel
kills the others, and takes interfaces and mounts away.
"""
import os
import subprocess
import sys

_OWN = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
# Root of a container may lack the right; then a namespace of users gives it, where that is allowed.
_WAYS = {"as root": ["unshare", *_OWN],
         "in a user namespace": ["unshare", "--user", "--map-root-user", *_OWN]}
# What a run does first: whether it may is known only by trying.
_PROBE = ("mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up"
          " && ip netns add probe && ip link add name probe0 type bridge"
          " && ip link add name probe1 type veth peer name probe2 netns probe"
          " && nsenter --net=/run/netns/probe true")
NEEDED = ("it makes network namespaces and mounts, for which it needs root, or a kernel on"
          " which users may make namespaces (user.max_user_namespaces above 0, nothing like"
          " AppArmor against it), with veth, bridge and tmpfs, and ip, unshare and nsenter")


class NotPossible(Exception):
    pass


def find_way():
    """(its name, the command that executes another inside). Raises NotPossible."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # where ip and tc are, and users do not look
    troubles = []
    for name, command in _WAYS.items():
        if name == "as root" and os.geteuid() != 0:
            continue
        try:
            done = subprocess.run([*command, "sh", "-c", _PROBE], capture_output=True, text=True)
        except OSError as error:
            raise NotPossible(f"{NEEDED}\n  {error}") from error
        if done.returncode == 0:
            return name, command
        troubles.append(f"  {name}: {done.stderr.strip()}")
    raise NotPossible("\n".join([NEEDED, *troubles]))


def settle():
    """Called first inside: /run, where `ip netns` keeps its names, is ours alone."""
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    os.mkdir("/run/netns")


def run_inside(program, arguments, folder):
    """Runs it again in the jail, with --inside and --keep FOLDER; its exit code. When we end,
    however we do, it does."""
    name, command = find_way()
    arguments_inside = [*arguments, "--inside", name, "--keep", str(folder.resolve())]
    child = subprocess.Popen([*command, sys.executable, program, *arguments_inside],
                             stdin=subprocess.PIPE)
    try:
        return child.wait()
    finally:
        child.stdin.close()
        child.wait()


def end_with_outside():
    """Standard input is a pipe that only the process outside holds: its end is our end."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(143)


def reap_orphans(known):
    """Inside we are the parent of whose parent was killed. known: ids of processes of our own."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid in known:
            return
        os.waitpid(ended.si_pid, 0)
