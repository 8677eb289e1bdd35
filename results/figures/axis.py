"""axis-NAME: latency against a swept axis, a line or a bar a policy, from summary.csv of a sweep."""

from figures import axes as sweep_axes
from figures import units
from figures.output import Figure
from figures.style import (
    HATCHES,
    INK,
    label_log_ticks,
    legend_below,
    LINES,
    LINES_LOG_FROM,
    literal,
    LOG_SCALE_FROM,
    panels,
    partial_note,
    plain,
    policy_styles,
    pt,
    scaled,
    short,
)

STATISTICS = [("mean_latency_s", "mean_latency_lo_s", "mean_latency_hi_s"),
              ("ratio_of_means", "ratio_of_means_lo", "ratio_of_means_hi")]  # fmt: skip
MOST_PANELS = 4  # values of a second axis
MOST_CATEGORIES = 12
MOST_MARKERS = 25


def plan(results):
    """A figure an axis that varies."""
    free = sweep_axes.independent(results.axes, results.points)
    return [figure_of(results, free, axis) for axis in free]


def figure_of(results, free, axis):
    second = next((other for other in free if other is not axis), None)
    chosen = [axis] + ([second] if second else [])
    zipped = [other for other in results.axes if other not in chosen
              and any(sweep_axes.zipped(other, each, results.points) for each in chosen)]  # fmt: skip
    rest = [other for other in results.axes if other not in zipped]
    points, fixed = sweep_axes.slices(chosen, rest, results.points)
    fixed = {other: value for other, value in fixed.items() if len(other.values) > 1}
    columns = sweep_axes.evenly(second.values, MOST_PANELS) if second else [None]
    columns = [value for value in columns if any(key[1:] in ((value,), ()) for key in points)]
    header = ["statistic", "point", *(each.name for each in results.axes), "policy", "value", "lo", "hi"]
    rows = [[names[0], point, *results.points[point], policy, *(row[name] for name in names)]
            for names in STATISTICS for key, point in points.items() if key[1:] in {(c,) for c in columns} | {()}
            for policy in results.policies for row in [results.summary.get((point, policy))] if row]  # fmt: skip
    return Figure(f"axis-{safe(axis.name)}", f"Latency against {axis.label}",
                  caption_of(axis, second, columns, fixed, zipped),
                  lambda: draw(results, axis, second, points, columns), header, rows)  # fmt: skip


def safe(name):
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)[:60]


def caption_of(axis, second, columns, fixed, zipped):
    text = ("Mean latency (above) and mean latency over that of the optimum (below) as " + axis.label +
            " varies; " + ("bands" if axis.numeric else "whiskers") + " are 95 % intervals.")  # fmt: skip
    if second:
        text += f" A column a value of {second.label}"
        text += "." if len(columns) == len(second.values) else f", {len(columns)} of {len(second.values)}."
    if fixed:
        text += f" The other axes are held: {sweep_axes.fixed_text(fixed)}."
    if zipped:
        text += " " + " and ".join(other.label for other in zipped) + " vary along with it."
    if not axis.numeric and len(axis.values) > MOST_CATEGORIES:
        text += f" {MOST_CATEGORIES} of {len(axis.values)} values are shown."
    return text


def draw(results, axis, second, points, columns):
    styles = policy_styles(results.policies)
    panel = (3.1 if axis.numeric else max(3.1, 1.4 + 0.09 * len(results.policies) * shown_count(axis)), 2.3)
    figure, grid, names, across = panels(2, len(columns), [short(policy) for policy in results.policies],
                                         panel if len(columns) > 1 else (max(5.6, panel[0]), 2.3), sharey=True)  # fmt: skip
    size, unit = units.scale(axis.unit, axis.numbers) if axis.numeric else (1.0, "")
    for row, statistic in enumerate(STATISTICS):
        drawn = [draw_panel(grid[row][i], results, axis, value, points, statistic, styles, size)
                 for i, value in enumerate(columns)]  # fmt: skip
        finish_row(grid[row], row, [value for values in drawn for value in values])
        for i, value in enumerate(columns):
            finish_x(grid[row][i], axis, size, unit, row == 1)
            if second and row == 0:
                title = f"{second.label} = {second.text(value)}"
                grid[row][i].set_title(literal(short(title, 40)), fontsize=pt(9), loc="left")
    legend_below(names, *grid[0][0].get_legend_handles_labels(), across)
    partial_note(figure, results)
    return figure


def shown_count(axis):
    return min(MOST_CATEGORIES, len(axis.values))


def draw_panel(axes, results, axis, value, points, statistic, styles, size):
    """Returns all values drawn, for the choice of the scale."""
    categories = axis.values if axis.numeric else sweep_axes.evenly(axis.values, MOST_CATEGORIES)
    along = [(each, points.get((each,) if value is None else (each, value))) for each in categories]
    drawn = []
    for index, policy in enumerate(results.policies):
        entries = [(place(axis, each, i, size), results.summary.get((point, policy)) or {})
                   for i, (each, point) in enumerate(along)]  # fmt: skip
        if axis.numeric:
            entries.sort(key=lambda entry: entry[0])
        values = [(x, *(row.get(name) for name in statistic)) for x, row in entries]
        drawn += [y for _, y, _, _ in values if y is not None]
        (draw_line if axis.numeric else draw_bars)(axes, values, styles[policy], policy, index, len(results.policies))
    return drawn


def place(axis, value, index, size):
    return axis.numbers[axis.position(value)] / size if axis.numeric else float(index)


def draw_line(axes, values, style, policy, index, count):
    """A gap where a value is missing."""
    nan = float("nan")
    xs = [x for x, *_ in values]
    ys, lows, highs = ([nan if entry[k] is None else entry[k] for entry in values] for k in (1, 2, 3))
    axes.plot(xs, ys, color=style["color"], linestyle=style["linestyle"], linewidth=1.4, marker=style["marker"],
              markersize=4, markevery=max(1, len(xs) // MOST_MARKERS), label=policy, zorder=3)  # fmt: skip
    axes.fill_between(xs, lows, highs, color=style["color"], alpha=0.18, linewidth=0, zorder=2)


def draw_bars(axes, values, style, policy, index, count):
    width = 0.84 / count
    present = [(x - 0.42 + (index + 0.5) * width, y, low, high) for x, y, low, high in values if y is not None]
    axes.bar([x for x, *_ in present], [y for _, y, *_ in present], width=width * 0.92, color=style["color"],
             edgecolor="white", linewidth=0.3, hatch=hatch_of(style), label=policy, zorder=2)  # fmt: skip
    for x, y, low, high in present:
        if low is not None and high is not None:
            axes.errorbar(x, y, yerr=[[max(0.0, y - low)], [max(0.0, high - y)]], fmt="none", ecolor=INK,
                          elinewidth=0.9, capsize=1.5, zorder=4)  # fmt: skip


def hatch_of(style):
    """Bars have no line style; policies whose colour is used a second time are hatched."""
    return HATCHES[LINES.index(style["linestyle"])] or None


def finish_row(panels_of_row, row, values):
    from matplotlib import ticker

    first = panels_of_row[0]
    bars = any(axes.patches for axes in panels_of_row)
    log = scaled(values, LOG_SCALE_FROM if bars else LINES_LOG_FROM) == "log"
    size, unit = units.scale("s", values) if row == 0 else (1.0, "")
    for axes in panels_of_row:
        if log:
            axes.set_yscale("log")
        elif bars:
            axes.set_ylim(bottom=0)
        plain(axes)
        if row == 1:
            axes.axhline(1.0, color=INK, linewidth=0.9, linestyle="--", zorder=1)
        if axes is not first:
            axes.tick_params(labelleft=False)
    if log:
        low, high = first.get_ylim()
        label_log_ticks(first.yaxis, lambda y, _: f"{y / size:g}", low, high, most=6)
    else:
        first.yaxis.set_major_formatter(ticker.FuncFormatter(lambda y, _: f"{y / size:g}"))
    first.set_ylabel((f"mean latency [{unit}]" if row == 0 else "latency / optimum") +
                     (",\nlog scale" if log else ""))  # fmt: skip


def finish_x(axes, axis, size, unit, is_last):
    if axis.numeric:
        numbers = sorted(number / size for number in axis.numbers)
        if on_log_scale(numbers):
            axes.set_xscale("log")
            margin = (numbers[-1] / numbers[0]) ** 0.05
            axes.set_xlim(numbers[0] / margin, numbers[-1] * margin)
        else:
            margin = 0.05 * (numbers[-1] - numbers[0])
            axes.set_xlim(numbers[0] - margin, numbers[-1] + margin)
        if len(numbers) <= 6:
            fixed_ticks(axes, numbers, [f"{number:.4g}" for number in numbers])
        elif on_log_scale(numbers):
            label_log_ticks(axes.xaxis, lambda x, _: f"{x:g}", *axes.get_xlim(), most=6)
    else:
        categories = sweep_axes.evenly(axis.values, MOST_CATEGORIES)
        labels = [literal(short(axis.text(value), 24)) for value in categories]
        fixed_ticks(axes, range(len(labels)), labels, rotate=max(map(len, labels)) * len(labels) > 44)
    if is_last:
        axes.set_xlabel(literal(units.label(short(axis.label), unit)) +
                        (", log scale" if axes.get_xscale() == "log" else ""))  # fmt: skip
    else:
        axes.tick_params(labelbottom=False)


def fixed_ticks(axes, ticks, labels, rotate=False):
    from matplotlib import ticker

    axes.xaxis.set_major_locator(ticker.FixedLocator(list(ticks)))
    axes.xaxis.set_major_formatter(ticker.FixedFormatter(labels))
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    if rotate:
        for label in axes.get_xticklabels():
            label.set_rotation(30)
            label.set_ha("right")


def on_log_scale(numbers):
    """Values that are not evenly spaced and span a factor of 8."""
    if len(numbers) < 3 or numbers[0] <= 0 or numbers[-1] / numbers[0] < 8:
        return False
    gaps = [b - a for a, b in zip(numbers, numbers[1:])]
    return max(gaps) > 1.5 * min(gaps)
