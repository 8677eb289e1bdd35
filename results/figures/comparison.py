"""comparison: latency over the optimum per policy, and what a decision took, from summary.csv (and timings.csv
of a sweep)."""

from figures import tables
from figures.output import Figure
from figures.style import (
    BLUE,
    chosen_colours,
    column_text,
    column_title,
    duration,
    finish_rows,
    GREEN,
    GREY,
    INK,
    label_log_ticks,
    literal,
    LOG_SCALE_FROM,
    ORANGE,
    palest,
    pt,
    row_axes,
    scatter,
    scatter_published,
    short,
    SKY,
    source_line,
    VERMILION,
)

NUMBERS = [
    "completed", "ratio_of_means", "ratio_of_means_lo", "ratio_of_means_hi",
    "mean_of_ratios", "median_ratio", "p95_ratio",
    "decision_median_ns", "decision_p99_ns",
]  # fmt: skip

RATIOS = ["ratio_of_means", "mean_of_ratios", "median_ratio", "p95_ratio"]
TIMES = ["decision_median_ns", "decision_p99_ns"]
BAR_LABEL = "ratio of means [95 % CI]"


CAPTION = (
    "Left: latency over the optimum (1 = optimal); bars are the ratio of mean latencies with its 95 % interval, "
    "markers the other statistics. Right: measured wall-clock time of a decision; another machine gives others. (Its "
    "mean is in summary.csv or timings.csv: a few decisions that the system interrupts can rule it.)"
)


def plan(results):
    """All points on the same scales: they are there to be compared."""
    several = len(results.points) > 1
    all_rows = [row for point in results.shown for row in results.numeric_rows(point)]
    scales = Scales(all_rows, results.published.get("latency", {}))
    return [figure_of(results, point, scales, several) for point in results.shown]


class Scales:
    """What the axes span: (low, high) of ratios, whether on a log scale, and of times of decisions in ns."""

    def __init__(self, rows, published):
        stars = [value for value, _ in published_points(rows, published)]
        centres = [row[name] for row in rows for name in RATIOS] + stars
        ratios = [value for value in centres if value is not None and value > 0]
        lows, highs = ([row["ratio_of_means" + end] for row in rows if (row["ratio_of_means" + end] or 0) > 0]
                       for end in ("_lo", "_hi"))  # fmt: skip
        self.log = bool(ratios) and max(ratios) / min(ratios) > LOG_SCALE_FROM
        low, high = min([1.0, *ratios, *lows]), max([1.0, *ratios, *highs])
        self.ratios = (0.96 * low, high**1.04 * 1.02) if self.log else (0.0, 1.05 * high)
        times = [row[name] for row in rows for name in TIMES if row[name]]
        self.times = (min(times) / 1.5, max(times) * 1.5) if times else None


def figure_of(results, point, scales, several):
    rows = results.numeric_rows(point)
    where = results.where(point) if several else ""
    title = "Latency over the optimum" + (f": {where}" if several else "")
    data = [[row.get("scenario", ""), row["policy"], row["status"], *(row[name] for name in NUMBERS)]
            for row in rows]  # fmt: skip
    return Figure("comparison" + (f"-{point}" if several else ""), title, CAPTION,
                  lambda: draw(rows, results.published, results.sources, scales, where),
                  ["scenario", "policy", "status", *NUMBERS], data)  # fmt: skip


def title_of(rows, where=""):
    scenarios = {row.get("scenario", "") for row in rows}
    scenario = short(scenarios.pop()) if len(scenarios) == 1 else f"{len(scenarios)} scenarios"
    tasks = {row["recorded"] for row in rows}
    count = f"{min(tasks):,}" if len(tasks) == 1 else f"{min(tasks):,} to {max(tasks):,}"
    title = f"{scenario}: {count} tasks a policy" if scenario else f"{count} tasks a policy"
    if where:
        title += "\n" + short(where, 90)
    if any(row["status"] != "complete" for row in rows):
        title += "  \u2013  PARTIAL RESULTS (*)"
    return title


def labels_of(rows):
    return [short(row["label"]) + ("" if row["status"] == "complete" else "*") for row in rows]


def draw_bar(axes, y, row, log_scale):
    """A bar to the ratio of means, with its interval as whiskers. On a log scale, which has no zero,
    bars start at the optimum."""
    mean, low, high = (row["ratio_of_means" + end] for end in ("", "_lo", "_hi"))
    if mean is None:
        axes.annotate("no ratio", (1, y), xytext=(4, 0), textcoords="offset points",
                      va="center", color=INK, fontsize=pt(8))  # fmt: skip
        return
    start = 1.0 if log_scale else 0.0
    axes.barh(y - 0.13, mean - start, left=start, height=0.4, color=palest(SKY), zorder=2, label=BAR_LABEL)
    column_text(axes, y, f"{mean:.3f}" if mean < 100 else f"{mean:.4g}", 32)
    if low is not None and high is not None:
        axes.errorbar(mean, y - 0.13, xerr=[[max(0.0, mean - low)], [max(0.0, high - mean)]],
                      fmt="none", ecolor=INK, elinewidth=1.2, capsize=3, zorder=3)  # fmt: skip


def published_points(rows, published):
    """A policy's published value belongs to all of its rows, whatever their parameters."""
    names = [tables.base_name(row["policy"]) for row in rows]
    return [(published[name], y) for y, name in enumerate(names) if name in published]


def draw_ratios(axes, rows, published, scales):
    """The other statistics are markers in a lane of their own, so that they hide no whisker."""
    stars = published_points(rows, published)
    if scales.log:
        axes.set_xscale("log")
    for y, row in enumerate(rows):
        draw_bar(axes, y, row, scales.log)
    markers = [("mean_of_ratios", "D", "mean of ratios"), ("median_ratio", "o", "median"),
               ("p95_ratio", "^", "95th percentile")]  # fmt: skip
    for (column, marker, label), colour in zip(markers, chosen_colours([ORANGE, GREEN, VERMILION])):
        points = [(row[column], y + 0.22) for y, row in enumerate(rows) if row[column] is not None]
        scatter(axes, points, marker, colour, label)
    scatter_published(axes, [(value, y - 0.13) for value, y in stars])
    column_title(axes, "ratio of\nmeans", 32)
    if stars:
        column_title(axes, "published", 84)
    for value, y in stars:
        column_text(axes, y, f"{value:g}", 84)
    axes.axvline(1.0, color=INK, linewidth=0.9, linestyle="--", zorder=1)
    axes.set_xlabel("latency / optimum  [1 = optimal]" + (", log scale" if scales.log else ""))
    axes.set_xlim(*scales.ratios)
    if scales.log:
        label_log_ticks(axes.xaxis, lambda x, _: f"{x:g}", *axes.get_xlim())


def draw_decisions(axes, rows, times):
    """Median and 99th percentile of the measured time of a decision, on a log scale."""
    markers = zip(["s", "^"], chosen_colours([BLUE, VERMILION]), ["median", "99th percentile"])
    for y, row in enumerate(rows):
        median, p99 = (row[name] for name in TIMES)
        if median and p99:
            axes.plot([median, p99], [y, y], color=GREY, linewidth=1.4, zorder=2)
    for column, (marker, colour, label) in zip(TIMES, markers):
        # Zero, a clock too coarse for the decision, has no place on a log scale.
        scatter(axes, [(row[column], y) for y, row in enumerate(rows) if row[column]], marker, colour, label)
    axes.set_xlabel("time to decide one task" + (", log scale" if times else ""))
    if times:
        axes.set_xscale("log")
        axes.set_xlim(*times)
        label_log_ticks(axes.xaxis, duration, *times, most=5)
    else:
        axes.set_xticks([])
        axes.text(0.5, 0.5, "none measured", transform=axes.transAxes, ha="center", color=INK)


def draw(rows, published, sources, scales, where=""):
    published = published.get("latency", {})
    stars = published_points(rows, published)
    figure, (left, right) = row_axes(len(rows), labels_of(rows), [1.7, 1], 10.8 if stars else 10.0)
    draw_ratios(left, rows, published, scales)
    draw_decisions(right, rows, scales.times)
    for axes in (left, right):
        finish_rows(axes, len(rows), 3 if stars else 2, BAR_LABEL)
    figure.suptitle(literal(title_of(rows, where)), fontsize=pt(12))
    if stars and sources:
        source_line(figure, sources)
    return figure
