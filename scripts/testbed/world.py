"""What exists before the first round: keys, roster, certificate, configuration.

Made with the same commands that a consortium would use: blindsum keygen, blindsum roster, openssl.
"""
import json
import os
import pathlib
import subprocess

# {files}: the way to the folder of keys and roster, from where the configuration is.
CONFIGURATION_HEAD = """\
[listen]
address = "{address}"
port = {port}
certificate = "{files}server.crt"
key = "{files}server.key"

[aggregator]
key = "{files}aggregator.key"
roster = "{files}roster.bsr"
authority = "{authority}"
results = "results"

[process]
allow_root = true

"""


class World:
    """A folder with all files of one consortium."""

    def __init__(self, folder: pathlib.Path, build: pathlib.Path):
        self.folder, self.build = folder, build
        self.authority = self.aggregator = ""

    def program(self, *path):
        return str(self.build.joinpath(*path))

    def blindsum(self, *arguments):
        command = [self.program("client", "blindsum"), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, text=True, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
        return done.stdout

    def keygen(self, name):
        return json.loads(self.blindsum("keygen", "--out", f"{name}.key", "--json"))["public_key"]

    def make_keys_and_roster(self, names):
        self.authority = self.keygen("authority")
        self.aggregator = self.keygen("aggregator")
        self.blindsum("roster", "init", "--epoch", "1", "roster.bsr")
        for name in names:
            self.blindsum("roster", "add", "roster.bsr", "--name", name, "--key", self.keygen(name))
        self.blindsum("roster", "sign", "roster.bsr", "--authority-key", "authority.key")

    def make_certificate(self):
        """For the name localhost, wherever the server listens."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", "server.key", "-out", "server.crt"],
            cwd=self.folder, check=True, capture_output=True)
        os.chmod(self.folder / "server.key", 0o600)

    def make_configuration(self, rest, folder=None, address="127.0.0.1", port=0):
        """rest: the sections after [aggregator]; folder: below ours, default ours itself."""
        folder = folder or self.folder
        files = "../" * len(folder.relative_to(self.folder).parts)
        head = CONFIGURATION_HEAD.format(address=address, port=port, files=files,
                                         authority=self.authority)
        (folder / "blindsumd.toml").write_text(head + rest)

    def public_arguments(self):
        """What participants, and who checks records, are told about the others."""
        return ["--roster", str(self.folder / "roster.bsr"), "--authority", self.authority,
                "--aggregator", self.aggregator]
