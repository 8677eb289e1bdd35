"""ecdf: the distribution of latency, and of latency over the optimum, by policy, from quantiles.csv."""

from figures import units
from figures.output import Figure
from figures.style import (
    INK,
    label_log_ticks,
    legend_below,
    literal,
    panels,
    partial_note,
    plain,
    policy_styles,
    pt,
    scaled,
    short,
)

CAPTION = (
    "Share of tasks whose latency (left) or latency over the optimum (right) is at most the value below: the "
    "further to the upper left, the better; a long tail to the right is made of slow tasks."
)
SHOWN_UP_TO = 0.999  # the largest of many values would squeeze all others together


def plan(results):
    shown = [point for point in results.shown if any((point, policy) in results.quantiles
                                                     for policy in results.policies)]  # fmt: skip
    if not shown:
        return []
    rows = [[point, *results.points[point], policy, *quantile]
            for point in shown for policy in results.policies
            for quantile in results.quantiles.get((point, policy), [])]  # fmt: skip
    header = ["point", *(axis.name for axis in results.axes), "policy", "probability", "latency_s", "ratio"]
    caption = CAPTION + f" Axes end at the {SHOWN_UP_TO:.1%} quantile."
    if len(results.points) > 1:
        caption += " Drawn for " + "; ".join(f"point {point} ({results.where(point)})" for point in shown) + "."
    title = "Distribution of latency"
    return [Figure("ecdf", title, caption, lambda: draw(results, shown), header, rows)]


def curve(quantiles, column):
    points = [(row[column], row[0]) for row in quantiles if None not in (row[0], row[column])]
    return zip(*points) if points else ([], [])


def draw_panel(axes, results, point, column, styles):
    lows, highs = [], []
    for policy in results.policies:
        quantiles = results.quantiles.get((point, policy), [])
        values, shares = curve(quantiles, column)
        style = styles[policy]
        axes.plot(values, shares, color=style["color"], linestyle=style["linestyle"], linewidth=1.4,
                  marker=style["marker"], markersize=4, markevery=(0.1, 0.2), label=policy)  # fmt: skip
        inside = [row[column] for row in quantiles if row[column] is not None and row[0] <= SHOWN_UP_TO]
        lows += inside[:1]
        highs += inside[-1:]
    return lows, highs


def draw(results, shown):
    styles = policy_styles(results.policies)
    figure, grid, names, across = panels(len(shown), 2, [short(policy) for policy in results.policies],
                                         (3.3, 2.0) if len(shown) > 1 else (3.3, 2.7))  # fmt: skip
    for column in (1, 2):
        ends = [draw_panel(grid[row][column - 1], results, point, column, styles)
                for row, point in enumerate(shown)]  # fmt: skip
        lows, highs = ([value for pair in ends for value in pair[i]] for i in (0, 1))
        for row in range(len(shown)):
            finish(grid[row][column - 1], lows, highs, column == 2, row == len(shown) - 1)
    for row, point in enumerate(shown):
        grid[row][0].set_ylabel("share of tasks")
        if len(results.points) > 1:
            grid[row][0].set_title(literal(short(results.where(point), 60)), fontsize=pt(9), loc="left")
    legend_below(names, *grid[0][0].get_legend_handles_labels(), across)
    partial_note(figure, results, shown)
    return figure


def finish(axes, lows, highs, is_ratio, is_last):
    from matplotlib import ticker

    kind = "linear"
    if highs:
        kind = "log" if scaled([*lows, *highs]) == "log" or scaled(highs) == "log" else "linear"
        low = min(lows) if kind == "log" or is_ratio else min(0.0, *lows)
        if kind == "log" and low <= 0:
            kind, low = "linear", 0.0
        axes.set_xscale(kind)
        axes.set_xlim(min(low, 1.0) * 0.97 if is_ratio else low, max(highs) * 1.02)
    axes.set_ylim(0, 1.02)
    size, unit = (1.0, "") if is_ratio else units.scale("s", axes.get_xlim())
    if kind == "log":
        label_log_ticks(axes.xaxis, lambda x, _: f"{x / size:g}", *axes.get_xlim(), most=6)
    else:
        axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x / size:g}"))
    axes.yaxis.set_major_formatter(ticker.PercentFormatter(1.0))
    plain(axes)
    if is_ratio:
        axes.axvline(1.0, color=INK, linewidth=0.9, linestyle="--", zorder=1)
    axes.tick_params(labelbottom=is_last)
    if is_last:
        text = "latency / optimum" if is_ratio else f"latency [{unit}]"
        axes.set_xlabel(text + (", log scale" if kind == "log" else ""))
