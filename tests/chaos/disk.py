"""A small file system for everything that the aggregator writes, that can be full."""
import os
import subprocess
import time

_MIB = 1 << 20


class SmallDisk:
    def __init__(self, folder, size_mib):
        """Mounted on the folder, which is made."""
        self.folder = folder
        self.ballast = folder / "ballast"
        self._freed_at = 0.0  # monotonic
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_mib}m,mode=0700", "none",
                        str(folder)], check=True)

    def free_bytes(self):
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def fill(self, spare_bytes):
        """Leaves so much, rounded up to pages, so that writes fail at various places. Ends at
        once when the aggregator took room meanwhile: then it is full all the same."""
        with open(self.ballast, "ab") as file:
            try:
                room = self.free_bytes() - spare_bytes
                if room > 0:
                    os.posix_fallocate(file.fileno(), 0, room)
            except OSError:
                while self.free_bytes() > spare_bytes:
                    try:
                        file.write(bytes(min(_MIB, self.free_bytes() - spare_bytes)))
                        file.flush()
                    except OSError:
                        return

    def free(self):
        self.ballast.unlink(missing_ok=True)
        self._freed_at = time.monotonic()

    def was_full_since(self, monotonic_s):
        return self.ballast.exists() or self._freed_at >= monotonic_s
