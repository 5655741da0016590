"""The plots of docs/performance, the same bytes for the same figures."""

import math

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "blindsum"
matplotlib.rcParams["svg.fonttype"] = "none"
from matplotlib import pyplot  # noqa: E402  after the choice of what draws


def exponent(points):
    """The slope of log y over log x by least squares; None for fewer than two points."""
    logs = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len(logs) < 2:
        return None
    mean_x = sum(x for x, _ in logs) / len(logs)
    mean_y = sum(y for _, y in logs) / len(logs)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread if spread else None


def _save(figure, file):
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    # Lines of an SVG end in blanks, which no file of this tree has.
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("".join(line.rstrip() + "\n" for line in lines), encoding="utf-8")


def cost_plot(file, title, x_label, curves):
    """curves: (name, [(x, seconds)]); both axes logarithmic."""
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for (name, points), marker in zip(curves, "os^v"):
        slope = exponent(points)
        label = name if slope is None else f"{name}: exponent {slope:.2f}"
        axes.plot(*zip(*points), marker=marker, label=label)
    axes.set(xscale="log", yscale="log", xlabel=x_label, ylabel="processor time [s]", title=title)
    axes.grid(True, which="both", linewidth=0.3)
    axes.legend()
    _save(figure, file)


def parts_plot(file, title, x_label, rows):
    """rows: (label, {part: seconds}); stacked bars."""
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    labels = [label for label, _ in rows]
    below = [0.0] * len(rows)
    for part in rows[0][1]:
        heights = [max(0.0, parts[part]) for _, parts in rows]
        axes.bar(labels, heights, bottom=below, label=part)
        below = [b + h for b, h in zip(below, heights)]
    axes.set(xlabel=x_label, ylabel="processor time [s]", title=title)
    axes.legend()
    _save(figure, file)
