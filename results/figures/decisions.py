"""decisions: what deciding takes, from decisions.csv; beside published times where there are any."""

from figures import tables
from figures.output import Figure
from figures.style import (
    BLUE,
    column_text,
    column_title,
    duration,
    finish_rows,
    GREY,
    INK,
    label_log_ticks,
    literal,
    ORANGE,
    pt,
    rounded,
    row_axes,
    scatter,
    scatter_published,
    short,
    source_line,
    VERMILION,
)

TIMES = ["single_median_ns", "single_p99_ns", "batched_median_ns"]
NUMBERS = [*TIMES, "tasks", "batch", "relative_to_greedy"]


def load(path):
    def check(rows):
        if not rows:
            raise tables.NothingToDraw("no policy in it")
        if not any(row[column] for row in rows for column in TIMES):
            raise tables.NothingToDraw("no time above 0 in it")

    return tables.load(path, ["scenario", "policy", *NUMBERS, "machine"], NUMBERS, check)


CAPTION = (
    "Wall-clock time of a decision, measured in a loop on the machine named in the title; where a publication "
    "gives times over Greedy's, the right half compares with them."
)


def plan(results):
    path = results.path("decisions.csv")
    if not results.has("decisions.csv"):
        return []
    rows = load(path)
    header = ["scenario", "policy", *NUMBERS, "machine"]
    data = [[row[name] for name in header] for row in rows]
    return [Figure("decisions", "What deciding takes", CAPTION,
                   lambda: draw(rows, results.published, results.sources), header, data)]  # fmt: skip


def title_of(rows):
    scenario = short(rows[0]["scenario"])
    machine = short(rows[0]["machine"], 48)
    return f"{scenario}: time to decide one task on {machine}"


def draw_times(axes, rows, most_ticks):
    """One by one above, in batches below, so that neither hides the other."""
    batch = max(int(row["batch"] or 0) for row in rows)
    for y, row in enumerate(rows):
        median, p99 = row["single_median_ns"], row["single_p99_ns"]
        if median and p99:
            axes.plot([median, p99], [y - 0.11] * 2, color=GREY, linewidth=1.4, zorder=2)
    series = [("single_median_ns", "s", BLUE, "median, one by one", -0.11),
              ("single_p99_ns", "^", VERMILION, "99th percentile, one by one", -0.11),
              ("batched_median_ns", "D", ORANGE, f"median, in batches of {batch}", 0.2)]  # fmt: skip
    for column, marker, colour, label, lane in series:
        # Zero, below what the clock resolves, has no place on a log scale.
        scatter(axes, [(row[column], y + lane) for y, row in enumerate(rows) if row[column]],
                marker, colour, label)  # fmt: skip
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.set_xlim(low / 1.3, high * 1.3)
    label_log_ticks(axes.xaxis, duration, *axes.get_xlim(), most=most_ticks)
    axes.set_xlabel("time a task, log scale")
    column_title(axes, "median,\none by one", 48)
    for y, row in enumerate(rows):
        if row["single_median_ns"]:
            column_text(axes, y, readable(row["single_median_ns"]), 48)


def readable(ns):
    for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "\u00b5s")):
        if ns >= size * 0.9995:
            return f"{rounded(ns / size)} {unit}"
    return f"{rounded(ns)} ns"


def draw_relative(axes, rows, published):
    ours = [(row["relative_to_greedy"], y) for y, row in enumerate(rows) if row["relative_to_greedy"]]
    names = [tables.base_name(row["policy"]) for row in rows]
    theirs = [(published[name], y) for y, name in enumerate(names) if name in published]
    scatter(axes, ours, "s", BLUE, "ours (median, one by one)")
    scatter_published(axes, theirs)
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.set_xlim(low / 1.4, high * 1.4)
    label_log_ticks(axes.xaxis, lambda x, _: f"{x:g}", *axes.get_xlim(), most=6)
    axes.axvline(1.0, color=INK, linewidth=0.9, linestyle="--", zorder=1)
    axes.set_xlabel("time / Greedy's, log scale")
    column_title(axes, "ours", 40)
    for value, y in ours:
        column_text(axes, y, rounded(value), 40)
    column_title(axes, "published", 92)
    for value, y in theirs:
        column_text(axes, y, f"{value:g}", 92)


def draw(rows, published, sources):
    published = published.get("decision_time", {})
    shown = any(tables.base_name(row["policy"]) in published for row in rows)
    several = len({row["scenario"] for row in rows}) > 1
    labels = [short(f'{row["scenario"]}: {row["policy"]}' if several else row["policy"]) for row in rows]
    figure, axes = row_axes(len(rows), labels, [1.45, 1] if shown else [1], 11.0 if shown else 8.0)
    draw_times(axes[0], rows, 5 if shown else 7)
    if shown:
        draw_relative(axes[1], rows, published)
        if sources:
            source_line(figure, sources)
    for each in axes:
        finish_rows(each, len(rows), 2)
    figure.suptitle(literal(title_of(rows)), fontsize=pt(12))
    return figure
