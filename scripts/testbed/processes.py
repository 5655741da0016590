"""Real processes that can be killed and started again."""
import signal
import subprocess
import time


class Child:
    """A program that is started any number of times, one at a time. Subclasses say how."""

    def __init__(self, log_file):
        self.log_file = log_file
        self.process = None

    def spawn(self, command, **options):
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL,
                                            **{"stdout": log, **options})

    def kill(self):
        """SIGKILL, as a power cut would: no farewell, no clean-up."""
        self.process.kill()
        self.process.wait()

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, limit_s=5):
        stop(self.process, limit_s)


class Server(Child):
    """blindsumd in `folder`, its configuration's. prefix: a command that executes another."""

    def __init__(self, world, folder=None, prefix=()):
        super().__init__(world.folder / "blindsumd.log")
        self.folder = folder or world.folder
        self.port_file = world.folder / "port"
        self.command = [*prefix, world.program("server", "blindsumd"), "--config",
                        "blindsumd.toml", "--port-file", str(self.port_file)]

    def start(self):
        self.port_file.unlink(missing_ok=True)
        self.spawn(self.command, cwd=self.folder)

    def listens(self):
        return self.port_file.exists()

    def wait_for_port(self, limit_s=10):
        end = time.monotonic() + limit_s
        while time.monotonic() < end and self.alive():
            if self.listens():
                return int(self.port_file.read_text())
            time.sleep(0.02)
        raise RuntimeError(f"blindsumd did not start: see {self.log_file.name}, kept with --keep")


def stop(process, limit_s=5):
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
