"""curves: how policies learned, a line a file of DIR/*.curve.csv (epoch, train_loss, validation_loss,
validation_ratio).

The validation_loss of some policies is no loss but the mean cost of their placements; it is not drawn beside losses,
since validation_ratio says the same."""

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
    policy_styles,
    pt,
    short,
    width,
)

ENDING = ".curve.csv"
COLUMNS = ["epoch", "train_loss", "validation_loss", "validation_ratio"]
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
SAME = 1e-9  # relative difference of what numbers in a file cannot tell apart


def plan(results):
    files = load(results.directory)
    if not files:
        return []
    policies = {stem: name for name in reversed(results.policies) for stem in stems(name.split(": ", 1)[-1])}
    policies.update((name, name) for name in results.policies)
    learned = [(policies.get(name, name), rows) for name, rows in files]
    names = list(dict.fromkeys([*results.policies, *(name for name, _ in learned)]))
    data = [[name, *(row[column] for column in COLUMNS)] for name, rows in learned for row in rows]
    caption = CAPTION
    without = [name for name, rows in learned if is_cost(rows)]
    if without:
        caption += f" Validation of {', '.join(without)} measures that cost and no loss."
    return [Figure("curves", "How policies learned", caption, lambda: draw(learned, policy_styles(names)),
                   ["policy", *COLUMNS], data)]  # fmt: skip


def stems(policy):
    """What the policy's file may be called: where a decision is made does not matter to what is learned."""
    name, _, rest = policy.partition("(")
    words = [word for word in rest.removesuffix(")").split(" ") if word and not word.startswith("at=")]
    anywhere = f"{name}({' '.join(words)})" if words else name
    return [re.sub(rb"[^A-Za-z0-9._-]", b"-", each.encode()).rstrip(b"-").decode() for each in (policy, anywhere)]


def is_cost(rows):
    """Whether the column validation_loss is the mean cost: a fixed multiple of validation_ratio."""
    multiples = [row["validation_loss"] / row["validation_ratio"] for row in rows
                 if row["validation_loss"] is not None and row["validation_ratio"]]  # fmt: skip
    varies = len({row["validation_ratio"] for row in rows if row["validation_ratio"]}) > 1
    return varies and max(multiples, default=0.0) - min(multiples, default=0.0) <= SAME * max(multiples, default=0.0)


def losses_of(rows):
    """The columns of losses, without the cost that is none and the loss of a training not yet begun."""
    return [{"epoch": row["epoch"], "train_loss": row["train_loss"] if row["epoch"] > 0 else None,
             "validation_loss": None if is_cost(rows) else row["validation_loss"]} for row in rows]  # fmt: skip


def points_of(rows, column, most):
    """Against the share of the training: policies count epochs or steps, some ten or many thousands."""
    last = rows[-1]["epoch"] or 1
    points = [(100 * row["epoch"] / last, row[column]) for row in rows if row[column] is not None]
    step = max(1, -(-len(points) // most))
    thinned = points[::step]
    return thinned if not points or thinned[-1] == points[-1] else [*thinned, points[-1]]


def choose_scale(axes, curves, columns):
    values = [row[column] for rows in curves for row in rows for column in columns
              if row[column] is not None]  # fmt: skip
    if values and min(values) > 0 and max(values) / min(values) > LOG_SCALE_FROM:
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        label_log_ticks(axes.yaxis, lambda x, _: f"{x:g}", low, high)
        return ", log scale"
    return ""


def draw_lines(loss, ratio, curves, losses, styles):
    most = max(20, MOST_POINTS // (3 * len(curves)))
    for (name, rows), row_losses in zip(curves, losses):
        style = {"color": styles[name]["color"], "linewidth": 1.3}
        train = points_of(row_losses, "train_loss", most)
        if train:
            loss.plot(*zip(*train), linestyle=TRAINING, **style)
        for axes, points in ((loss, points_of(row_losses, "validation_loss", most)),
                             (ratio, points_of(rows, "validation_ratio", most))):  # fmt: skip
            axes.plot(*(zip(*points) if points else ([], [])), marker=styles[name]["marker"], markersize=4.5,
                      markevery=max(1, len(points) // 6), label=literal(short(name)), **style)  # fmt: skip


def kinds_of(losses):
    """Legend of the lines of losses: those that are there."""
    from matplotlib.lines import Line2D

    there = [any(row[column] is not None for rows in losses for row in rows) for column in COLUMNS[1:3]]
    kinds = [Line2D([], [], color=INK, linewidth=1.3, linestyle=TRAINING, label="training"),
             Line2D([], [], color=INK, linewidth=1.3, label="validation")]  # fmt: skip
    return [kind for kind, is_there in zip(kinds, there) if is_there]


def draw(curves, styles):
    from matplotlib import pyplot

    columns = min(4, len(curves))
    lines = -(-len(curves) // columns)
    figure, axes = pyplot.subplot_mosaic(
        [["loss", "ratio"], ["names", "names"]], figsize=(width(10), 3.9 + 0.22 * lines),
        constrained_layout=True, gridspec_kw={"height_ratios": [3.7, 0.22 * lines]},
    )  # fmt: skip
    loss, ratio = axes["loss"], axes["ratio"]
    losses = [losses_of(rows) for _, rows in curves]
    draw_lines(loss, ratio, curves, losses, styles)
    ratio.axhline(1.0, color=INK, linewidth=0.9, linestyle="--", zorder=1)
    loss.set_title("loss" + choose_scale(loss, losses, COLUMNS[1:3]), fontsize=pt(10), loc="left")
    ratio.set_title("validation: cost / optimum  [1 = optimal]" +
                    choose_scale(ratio, [rows for _, rows in curves], COLUMNS[3:]),
                    fontsize=pt(10), loc="left")  # fmt: skip
    loss.legend(handles=kinds_of(losses), fontsize=pt(8), frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0),
                ncol=2, borderaxespad=0.2, handletextpad=0.5, columnspacing=1.2)  # fmt: skip
    for each in (loss, ratio):
        each.set_xlabel("training done [%]")
        each.grid(color="#dddddd", linewidth=0.7, zorder=0)
        each.set_axisbelow(True)
        for side in ("top", "right"):
            each.spines[side].set_visible(False)
    axes["names"].axis("off")
    axes["names"].legend(*ratio.get_legend_handles_labels(), loc="center", ncol=columns, fontsize=pt(8),
                         frameon=False, borderaxespad=0.0)  # fmt: skip
    return figure
