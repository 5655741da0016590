"""The configuration of blindsumd that a kit's README.md asks for, as its TOML file."""
import json

_HEAD = """\
# Made by blindsum-conformance; README.md beside it says what each value is for.
[listen]
address = "127.0.0.1"
port = {port}
certificate = "server.crt"
key = "server.key"

[aggregator]
key = "aggregator.key"
roster = "roster.bsr"
authority = "{authority}"
results = "results"

[limits]
uploads_in_flight = 2
upload_stall = "{stall}ms"
hello_time = "{hello}s"
handshake_time = "{hello}s"
checkpoint_interval = "20ms"
joins_per_member = 100000
joins_per_address = 100000
new_connections_per_address = 100000

[process]
allow_root = true
"""

_TASK = """
[[task]]
name = "{name}"
tensors = [{tensors}]
codec = {codec}
ring_bits = {ring_bits}
n_min = {n_min}
n_max = {n_max}
gather = "200ms"
max_corrupt = {max_corrupt}
delta = "{delta}%"
min_survivors = {min_survivors}
sigma = {sigma}
eta = {eta}
time_limits = {{ {limits} }}
rounds = {rounds}
retry_pause = "0s"
share_sum = {share_sum}
payload = "payload.bin"
"""

_KINDS = {1: "fixed_point", 2: "integer", 3: "count"}
PAYLOAD = b"".join(b"%04d: what the input depends on\n" % line for line in range(40))


def write(kit, port):
    """blindsumd.toml and payload.bin into the kit's folder."""
    (kit.folder / "payload.bin").write_bytes(PAYLOAD)
    text = _HEAD.format(port=port, authority=kit.authority.public.hex(), hello=int(kit.hello_s),
                        stall=int(1000 * kit.stall_s))
    text += "".join(_task(name, task) for name, task in kit.tasks.items())
    (kit.folder / "blindsumd.toml").write_text(text, "utf-8")


def _task(name, task):
    codec = {**task["codec"], "kind": _KINDS[task["codec"]["kind"]]}
    tensors = ", ".join(f'{{ name = "{tensor}", shape = {shape} }}'
                        for tensor, shape in task["tensors"])
    limits = ", ".join(f'{phase} = "{ms}ms"' for phase, ms in task["time_limits_ms"].items())
    return _TASK.format(**{
        **task, "name": name, "tensors": tensors, "limits": limits,
        "codec": "{ " + ", ".join(f"{k} = {json.dumps(v)}" for k, v in codec.items()) + " }",
        "delta": f"{task['delta_ppm'] / 10_000:g}", "share_sum": json.dumps(task["publish_sum"])})
