#!/usr/bin/env python3
"""Draws DIR/comparison.png and DIR/comparison.svg from DIR/summary.csv, and from nothing else.

Left: latency over the optimum per policy. Right: what a decision took. Exit code 0, or 2 with a
message when there is nothing to draw. The same summary.csv gives the same SVG, byte for byte.
"""

import csv
import math
import os
import sys

NEEDED = [
    "policy", "status", "completed",
    "ratio_of_means", "ratio_of_means_lo", "ratio_of_means_hi",
    "mean_of_ratios", "median_ratio", "p95_ratio",
    "decision_mean_ns", "decision_p99_ns",
]  # fmt: skip

# Okabe and Ito's colours: told apart with any kind of colour vision.
SKY, ORANGE, GREEN, VERMILION, BLUE = "#56B4E9", "#E69F00", "#009E73", "#D55E00", "#0072B2"
INK = "#333333"

LOG_SCALE_FROM = 10.0  # largest over smallest value shown
LONGEST_NAME = 28
BAR_LABEL = "ratio of means [95 % CI]"


class NothingToDraw(Exception):
    """The user's fault: the message names the file and what is wrong with it."""


def number(row, column):
    """The field as a finite float, or None where it is empty."""
    text = row[column].strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise NothingToDraw(f'line {row["line"]}: {column} "{text}" is not a number')
    return value


def read_rows(path):
    """The rows of summary.csv as dictionaries; each knows its line."""
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, strict=True)
        if not reader.fieldnames:
            raise NothingToDraw("the file is empty")
        missing = [name for name in NEEDED if name not in reader.fieldnames]
        if missing:
            raise NothingToDraw(f"line 1: no column {', '.join(missing)}; is this a summary.csv?")
        rows = []
        for row in reader:
            row["line"] = reader.line_num
            if None in row or None in row.values():
                fields = sum(row[name] is not None for name in reader.fieldnames)
                raise NothingToDraw(
                    f"line {reader.line_num}: {fields if None not in row else 'too many'} fields, "
                    f"expected {len(reader.fieldnames)}; is the file cut short?"
                )
            rows.append(row)
    return rows


def load(path):
    """Rows that have something to show, with their numbers parsed."""
    try:
        rows = read_rows(path)
        if not rows:
            raise NothingToDraw("no policy in it")
        for row in rows:
            for column in NEEDED[2:]:
                row[column] = number(row, column)
    except FileNotFoundError:
        raise NothingToDraw(f"{path}: not found; `mecsim run --out DIR` writes it") from None
    except OSError as error:
        raise NothingToDraw(f"{path}: {error.strerror}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise NothingToDraw(f"{path}: not a CSV file: {error}") from None
    except NothingToDraw as error:
        raise NothingToDraw(f"{path}: {error}") from None
    shown = [row for row in rows if row["ratio_of_means"] is not None or row["completed"]]
    if not shown:
        raise NothingToDraw(f"{path}: no policy has finished a task, so there is nothing to draw")
    return shown


def short(name):
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "\u2026"


def title_of(rows):
    scenarios = {row.get("scenario", "") for row in rows}
    scenario = short(scenarios.pop()) if len(scenarios) == 1 else f"{len(scenarios)} scenarios"
    tasks = {int(row["completed"] or 0) for row in rows}
    count = f"{min(tasks):,}" if len(tasks) == 1 else f"{min(tasks):,} to {max(tasks):,}"
    title = f"{scenario}: {count} tasks a policy" if scenario else f"{count} tasks a policy"
    if any(row["status"] != "complete" for row in rows):
        title += "  \u2013  PARTIAL RESULTS (*)"
    return title


def labels_of(rows):
    several = len({row.get("scenario", "") for row in rows}) > 1
    labels = []
    for row in rows:
        label = f'{row["scenario"]}: {row["policy"]}' if several else row["policy"]
        labels.append(short(label) + ("" if row["status"] == "complete" else "*"))
    return labels


def draw_ratios(axes, rows):
    """Bars to the ratio of means, with its interval as whiskers; the other statistics as markers in
    a lane of their own, so that they hide no whisker. On a log scale, which has no zero, bars start
    at the optimum."""
    columns = ["ratio_of_means", "mean_of_ratios", "median_ratio", "p95_ratio"]
    values = [row[c] for row in rows for c in columns if row[c] is not None and row[c] > 0]
    log_scale = bool(values) and max(values) / min(values) > LOG_SCALE_FROM
    if log_scale:
        axes.set_xscale("log")
    for y, row in enumerate(rows):
        mean, low, high = (row["ratio_of_means" + end] for end in ("", "_lo", "_hi"))
        if mean is None:
            axes.annotate("no ratio", (1, y), xytext=(4, 0), textcoords="offset points",
                          va="center", color=INK, fontsize=8)  # fmt: skip
            continue
        start = 1.0 if log_scale else 0.0
        axes.barh(y - 0.13, mean - start, left=start, height=0.4, color=SKY, zorder=2,
                  label=BAR_LABEL)  # fmt: skip
        axes.annotate(f"{mean:.3f}" if mean < 100 else f"{mean:.4g}", (1.0, y), xycoords=("axes fraction", "data"), xytext=(32, 0),
                      textcoords="offset points", ha="right", va="center", fontsize=9)  # fmt: skip
        if low is not None and high is not None:
            axes.errorbar(mean, y - 0.13, xerr=[[max(0.0, mean - low)], [max(0.0, high - mean)]],
                          fmt="none", ecolor=INK, elinewidth=1.2, capsize=3, zorder=3)  # fmt: skip
    markers = [("mean_of_ratios", "D", ORANGE, "mean of ratios"),
               ("median_ratio", "o", GREEN, "median"),
               ("p95_ratio", "^", VERMILION, "95th percentile")]  # fmt: skip
    for column, marker, colour, label in markers:
        points = [(row[column], y + 0.22) for y, row in enumerate(rows) if row[column] is not None]
        if points:
            axes.scatter(*zip(*points), marker=marker, s=30, color=colour, edgecolor="white",
                         linewidth=0.6, zorder=4, label=label)  # fmt: skip
    axes.annotate("ratio of\nmeans", (1.0, 1.0), xycoords="axes fraction", xytext=(32, 4),
                  textcoords="offset points", ha="right", va="bottom", fontsize=8)  # fmt: skip
    axes.axvline(1.0, color=INK, linewidth=0.9, linestyle="--", zorder=1)
    axes.set_xlabel("latency / optimum  [1 = optimal]" + (", log scale" if log_scale else ""))
    return log_scale


def draw_decisions(axes, rows):
    """Mean and 99th percentile of the measured time of a decision, on a log scale."""
    series = [("decision_mean_ns", "s", BLUE, "mean"),
              ("decision_p99_ns", "^", VERMILION, "99th percentile")]  # fmt: skip
    drawn = False
    for y, row in enumerate(rows):
        mean, p99 = row["decision_mean_ns"], row["decision_p99_ns"]
        if mean and p99:
            axes.plot([mean, p99], [y, y], color="#999999", linewidth=1.4, zorder=2)
    for column, marker, colour, label in series:
        # Zero, a clock too coarse for the decision, has no place on a log scale.
        points = [(row[column], y) for y, row in enumerate(rows) if row[column]]
        if points:
            drawn = True
            axes.scatter(*zip(*points), marker=marker, s=30, color=colour, edgecolor="white",
                         linewidth=0.6, zorder=3, label=label)  # fmt: skip
    if drawn:
        axes.set_xscale("log")
    else:
        axes.set_xticks([])
        axes.text(0.5, 0.5, "none measured", transform=axes.transAxes, ha="center", color=INK)
    axes.set_xlabel("time to decide one task" + (", log scale" if drawn else ""))
    return drawn


def duration(ns, _position=None):
    for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "\u00b5s")):
        if ns >= size * 0.9999:
            return f"{ns / size:g} {unit}"
    return f"{ns:g} ns"


def label_log_ticks(axis, formatter, low, high):
    """Ticks at 1, 10, 100...; at 1, 2, 5 too where there would be fewer than three."""
    from matplotlib import ticker

    decades = math.log10(high / low)
    subs = (1.0,) if decades > 2.5 else (1.0, 2.0, 5.0) if decades > 0.8 else tuple(range(1, 10))
    axis.set_major_locator(ticker.LogLocator(base=10, subs=subs, numticks=30))
    axis.set_major_formatter(ticker.FuncFormatter(formatter))
    axis.set_minor_formatter(ticker.NullFormatter())


def finish(axes, rows):
    axes.set_ylim(len(rows) - 0.5, -0.5)  # the first policy on top
    axes.grid(axis="x", color="#dddddd", linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    unique = dict(sorted(zip(labels, handles), key=lambda entry: entry[0] != BAR_LABEL))
    if unique:
        axes.legend(unique.values(), unique.keys(), loc="lower left", bbox_to_anchor=(0.0, 1.0),
                    ncol=2, fontsize=8, frameon=False, handletextpad=0.4,
                    columnspacing=1.2, borderaxespad=0.2)  # fmt: skip


def draw(rows):
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "mecsim", "font.size": 10, "axes.edgecolor": INK,
                                "svg.fonttype": "path"})  # fmt: skip
    from matplotlib import pyplot

    height = 1.9 + 0.34 * max(3, len(rows))
    figure, (left, right) = pyplot.subplots(
        1, 2, figsize=(10, height), sharey=True, constrained_layout=True,
        gridspec_kw={"width_ratios": [1.7, 1]},
    )  # fmt: skip
    left.set_yticks(range(len(rows)))
    left.set_yticklabels([literal(label) for label in labels_of(rows)])
    if draw_ratios(left, rows):
        left.set_xlim(left=0.96 * min(1.0, left.get_xlim()[0] / 0.96))
        label_log_ticks(left.xaxis, lambda x, _: f"{x:g}", *left.get_xlim())
    else:
        left.set_xlim(left=0)
    if draw_decisions(right, rows):
        low, high = right.get_xlim()
        right.set_xlim(low / 1.3, high * 1.3)
        label_log_ticks(right.xaxis, duration, *right.get_xlim())
    for axes in (left, right):
        finish(axes, rows)
    figure.suptitle(literal(title_of(rows)), fontsize=12)
    return figure


def literal(text):
    """Text from a file is no TeX: a dollar sign stands for itself."""
    return text.replace("$", r"\$")


def save(figure, directory):
    for name, options in (("comparison.png", {"dpi": 150, "metadata": {"Software": None}}),
                          ("comparison.svg", {"metadata": {"Date": None}})):  # fmt: skip
        path = os.path.join(directory, name)
        part = path + ".part"
        figure.savefig(part, format=name.rsplit(".", 1)[1], **options)
        os.replace(part, path)
        print(f"wrote {path}")


def main(arguments):
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if len(arguments) != 1:
        print("usage: report.py [--] DIR", file=sys.stderr)
        return 2
    directory = arguments[0]
    try:
        rows = load(os.path.join(directory, "summary.csv"))
    except NothingToDraw as problem:
        print(f"report: {problem}", file=sys.stderr)
        return 2
    try:
        save(draw(rows), directory)
    except OSError as error:
        print(f"report: cannot write {error.filename or directory}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
