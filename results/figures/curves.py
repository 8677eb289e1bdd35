"""curves: how policies learned, a line a file of DIR/*.curve.csv (epoch, train_loss, validation_loss,
validation_ratio)."""

import glob
import os
import re

from figures import tables
from figures.output import Figure
from figures.style import (
    INK,
    label_log_ticks,
    literal,
    LOG_SCALE_FROM,
    PALETTE,
    pt,
    short,
    width,
)

ENDING = ".curve.csv"
COLUMNS = ["epoch", "train_loss", "validation_loss", "validation_ratio"]
MARKERS = ["o", "s", "^", "D", "v", "X"]  # a second way to tell lines apart, and more of them
TRAINING = (0, (2, 1.5))  # dashes
MOST_POINTS = 1200  # in the whole figure, so that the SVG stays small; lines are thinned evenly


def load(directory):
    """(name, rows) of every file, by name."""
    def check(rows):
        if not rows:
            raise tables.NothingToDraw("no epoch in it")
        for row in rows:
            if row["epoch"] is None:
                raise tables.NothingToDraw(f'line {row["line"]}: no epoch')

    def natural(path):
        """Numbers in names in their own order: seed-2 before seed-10."""
        parts = re.split(r"(\d+)", os.path.basename(path))
        return [int(part) if i % 2 else part for i, part in enumerate(parts)], path

    paths = sorted(glob.glob(os.path.join(glob.escape(directory), "*" + ENDING)), key=natural)
    return [(os.path.basename(path)[: -len(ENDING)], tables.load(path, COLUMNS, COLUMNS, check))
            for path in paths]  # fmt: skip


CAPTION = (
    "How policies learned: loss of training (dashed) and validation, and the cost of their placements over the "
    "optimum on tasks they did not learn from, against the share of the training that is done."
)


def plan(results):
    learned = load(results.directory)
    if not learned:
        return []
    data = [[name, *(row[column] for column in COLUMNS)] for name, rows in learned for row in rows]
    return [Figure("curves", "How policies learned", CAPTION, lambda: draw(learned), ["policy", *COLUMNS], data)]


def points_of(rows, column, most):
    """Against the share of the training: policies count epochs or steps, some ten or many thousands."""
    last = rows[-1]["epoch"] or 1
    points = [(100 * row["epoch"] / last, row[column]) for row in rows if row[column] is not None]
    step = max(1, -(-len(points) // most))
    thinned = points[::step]
    return thinned if not points or thinned[-1] == points[-1] else [*thinned, points[-1]]


def choose_scale(axes, curves, columns):
    values = [row[column] for _, rows in curves for row in rows for column in columns
              if row[column] is not None]  # fmt: skip
    if values and min(values) > 0 and max(values) / min(values) > LOG_SCALE_FROM:
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        label_log_ticks(axes.yaxis, lambda x, _: f"{x:g}", low, high)
        return ", log scale"
    return ""


def draw_lines(loss, ratio, curves):
    most = max(20, MOST_POINTS // (3 * len(curves)))
    for index, (name, rows) in enumerate(curves):
        colour = PALETTE[index % len(PALETTE)]
        marker = MARKERS[(index // len(PALETTE) + index) % len(MARKERS)]
        style = {"color": colour, "linewidth": 1.3}
        train = points_of(rows, "train_loss", most)
        if train:
            loss.plot(*zip(*train), linestyle=TRAINING, **style)
        for axes, column in ((loss, "validation_loss"), (ratio, "validation_ratio")):
            points = points_of(rows, column, most)
            axes.plot(*(zip(*points) if points else ([], [])), marker=marker, markersize=4.5,
                      markevery=max(1, len(points) // 6), label=literal(short(name)), **style)  # fmt: skip


def draw(curves):
    from matplotlib import pyplot
    from matplotlib.lines import Line2D

    columns = min(4, len(curves))
    lines = -(-len(curves) // columns)
    figure, axes = pyplot.subplot_mosaic(
        [["loss", "ratio"], ["names", "names"]], figsize=(width(10), 3.9 + 0.22 * lines),
        constrained_layout=True, gridspec_kw={"height_ratios": [3.7, 0.22 * lines]},
    )  # fmt: skip
    loss, ratio = axes["loss"], axes["ratio"]
    draw_lines(loss, ratio, curves)
    ratio.axhline(1.0, color=INK, linewidth=0.9, linestyle="--", zorder=1)
    loss.set_title("loss" + choose_scale(loss, curves, COLUMNS[1:3]), fontsize=pt(10), loc="left")
    ratio.set_title("validation: cost / optimum  [1 = optimal]" + choose_scale(ratio, curves, COLUMNS[3:]),
                    fontsize=pt(10), loc="left")  # fmt: skip
    kinds = [Line2D([], [], color=INK, linewidth=1.3, linestyle=TRAINING, label="training"),
             Line2D([], [], color=INK, linewidth=1.3, label="validation")]  # fmt: skip
    loss.legend(handles=kinds, fontsize=pt(8), frameon=False, loc="upper right")
    for each in (loss, ratio):
        each.set_xlabel("training done [%]")
        each.grid(color="#dddddd", linewidth=0.7, zorder=0)
        each.set_axisbelow(True)
        for side in ("top", "right"):
            each.spines[side].set_visible(False)
    axes["names"].axis("off")
    axes["names"].legend(*loss.get_legend_handles_labels(), loc="center", ncol=columns, fontsize=pt(8),
                         frameon=False, borderaxespad=0.0)  # fmt: skip
    return figure
