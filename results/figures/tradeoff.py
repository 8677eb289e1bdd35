"""trade-off: what a decision takes against how good it is, a marker a policy."""

from figures.output import Figure
from figures.style import (
    duration,
    GREY,
    INK,
    label_log_ticks,
    legend_below,
    LINES_LOG_FROM,
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
    "Median measured time of a decision against mean latency over that of the optimum; whiskers are 95 % "
    "intervals. The best policies are at the lower left; no other policy is both faster to decide and better "
    "than those joined by the grey line. Times are measured: another machine, or another run, gives others."
)
NUMBERS = ["decision_median_ns", "ratio_of_means", "ratio_of_means_lo", "ratio_of_means_hi"]


def plan(results):
    shown = [point for point in results.shown if points_of(results, point)]
    if not shown:
        return []
    header = ["point", *(axis.name for axis in results.axes), "policy", *NUMBERS]
    rows = [[point, *results.points[point], row["label"], *(row[name] for name in NUMBERS)]
            for point in shown for row in points_of(results, point)]  # fmt: skip
    caption = CAPTION
    if len(results.points) > 1:
        caption += " Drawn for " + "; ".join(f"point {point} ({results.where(point)})" for point in shown) + "."
    return [Figure("trade-off", "Decision time against latency", caption, lambda: draw(results, shown), header, rows)]


def points_of(results, point):
    return [row for row in results.numeric_rows(point) if row["decision_median_ns"] and row["ratio_of_means"]]


def frontier(points):
    """Those that no other point is at once left of and below."""
    best, found = float("inf"), []
    for x, y in sorted(points):
        if y < best:
            best = y
            found.append((x, y))
    return found


def draw(results, shown):
    styles = policy_styles(results.policies)
    panel = (3.1, 2.6) if len(shown) > 1 else (6.0, 3.2)
    figure, grid, names, across = panels(1, len(shown), [short(policy) for policy in results.policies], panel,
                                         sharey=True)  # fmt: skip
    handles = {}
    for axes, point in zip(grid[0], shown):
        for row in points_of(results, point):
            handles[row["label"]] = draw_policy(axes, row, styles[row["label"]])
        best = frontier([(row["decision_median_ns"], row["ratio_of_means"]) for row in points_of(results, point)])
        axes.plot(*zip(*best), color=GREY, linewidth=1.0, zorder=1)
        if len(results.points) > 1:
            axes.set_title(literal(short(results.where(point), 46)), fontsize=pt(8), loc="left")
    finish(grid[0], [row["ratio_of_means"] for point in shown for row in points_of(results, point)])
    legend_below(names, list(handles.values()), list(handles), across)
    partial_note(figure, results, shown)
    return figure


def draw_policy(axes, row, style):
    x, y, low, high = (row[name] for name in NUMBERS)
    if low is not None and high is not None:
        axes.errorbar(x, y, yerr=[[max(0.0, y - low)], [max(0.0, high - y)]], fmt="none", ecolor=style["color"],
                      elinewidth=1.0, capsize=2, zorder=2)  # fmt: skip
    return axes.plot([x], [y], linestyle="none", marker=style["marker"], color=style["color"], markersize=7,
                     markeredgecolor="white", markeredgewidth=0.6, zorder=3)[0]  # fmt: skip


def finish(row, ratios):
    kind = scaled(ratios, LINES_LOG_FROM)
    for axes in row:
        axes.set_xscale("log")
        axes.set_yscale(kind)
        low, high = axes.get_xlim()
        axes.set_xlim(low / 1.4, high * 1.4)
        label_log_ticks(axes.xaxis, duration, *axes.get_xlim(), most=5)
        plain(axes)
        axes.axhline(1.0, color=INK, linewidth=0.9, linestyle="--", zorder=1)
        axes.set_xlabel("median time of a decision, log scale" if len(row) == 1 else "time of a decision, log scale")
    if kind == "log":
        label_log_ticks(row[0].yaxis, lambda y, _: f"{y:g}", *row[0].get_ylim(), most=6)
    row[0].set_ylabel("latency / optimum" + (",\nlog scale" if kind == "log" else ""))
    for axes in row[1:]:
        axes.tick_params(labelleft=False)
