"""What exists before the first round: keys, roster, certificate, configuration, first model.

Made with the same commands that a consortium would use: blindsum keygen, blindsum roster, openssl.
"""
import json
import os
import pathlib
import subprocess

CLIP, SCALE, WEIGHT_BOUND = 16, 65536, 2048

CONFIGURATION = """\
[listen]
address = "127.0.0.1"
port = 0
certificate = "server.crt"
key = "server.key"

[aggregator]
key = "aggregator.key"
roster = "roster.bsr"
authority = "{authority}"
results = "results"

[process]
allow_root = true

[limits]
drain = "2s"

[[task]]
name = "spam-filter"
tensors = [
  {{ name = "weights", shape = [57] }},
  {{ name = "bias", shape = [1] }},
]
codec = {{ kind = "fixed_point", clip = {clip}.0, scale = {scale}.0, weight_bound = {bound} }}
n_min = 10
n_max = 12
max_corrupt = 1
delta = "25%"
rounds = {rounds}
gather = "1500ms"
payload = "model-0.f64"
on_result = ["{python}", "{hook}"]
time_limits = {{ advertise = "5s", share = "5s", mask = "5s", attest = "5s", unmask = "5s" }}
"""


class World:
    """A folder with all files of one demo run."""

    def __init__(self, folder: pathlib.Path, build: pathlib.Path, examples: pathlib.Path):
        self.folder, self.build, self.examples = folder, build, examples
        self.authority = self.aggregator = ""

    def blindsum(self, *arguments):
        command = [str(self.build / "client" / "blindsum"), *map(str, arguments)]
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
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", "server.key", "-out", "server.crt"],
            cwd=self.folder, check=True, capture_output=True)
        os.chmod(self.folder / "server.key", 0o600)

    def make_configuration(self, python, rounds):
        (self.folder / "model-0.f64").write_bytes(bytes(58 * 8))
        (self.folder / "blindsumd.toml").write_text(CONFIGURATION.format(
            authority=self.authority, clip=CLIP, scale=SCALE, bound=WEIGHT_BOUND,
            rounds=rounds, python=python, hook=self.examples / "next_model.py"))
