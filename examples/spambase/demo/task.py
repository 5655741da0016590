"""The demo's task: what blindsumd.toml says after where it listens and who it is."""
CLIP, SCALE, WEIGHT_BOUND = 16, 65536, 2048

_TASK = """\
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


def task(python, rounds, hook):
    return _TASK.format(clip=CLIP, scale=SCALE, bound=WEIGHT_BOUND, rounds=rounds, python=python,
                        hook=hook)
