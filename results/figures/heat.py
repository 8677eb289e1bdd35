"""heat-ratio and heat-best: two swept axes at once, from summary.csv and comparisons.csv of a sweep."""

from figures import axes as sweep_axes
from figures import units
from figures.axis import fixed_ticks
from figures.output import Figure
from figures.style import (
    brightness,
    CHOSEN,
    GREY,
    INK,
    LINES,
    LINES_LOG_FROM,
    literal,
    log_ticks,
    partial_note,
    policy_styles,
    pt,
    scaled,
    short,
    width,
)

MOST_TICKS = 6
MOST_ANNOTATED = 8  # cells across with a number in each
YARDSTICK = 1e-9  # a policy whose ratio is nowhere further from 1 than this is the optimum itself


def plan(results):
    free = sweep_axes.independent(results.axes, results.points)
    if len(free) < 2:
        return []
    chosen = free[:2]
    zipped = [other for other in results.axes if other not in chosen
              and any(sweep_axes.zipped(other, each, results.points) for each in chosen)]  # fmt: skip
    points, fixed = sweep_axes.slices(chosen, [axis for axis in results.axes if axis not in zipped], results.points)
    fixed = {other: value for other, value in fixed.items() if len(other.values) > 1}
    held = f" The other axes are held: {sweep_axes.fixed_text(fixed)}." if fixed else ""
    return [ratio_figure(results, chosen, points, held), *best_figure(results, chosen, points, held)]


def ratio_figure(results, chosen, points, held):
    header = ["point", *(axis.name for axis in chosen), "policy", "ratio_of_means"]
    rows = [[point, *key, policy, row["ratio_of_means"]] for key, point in points.items()
            for policy in results.policies for row in [results.summary.get((point, policy))] if row]  # fmt: skip
    caption = ("Mean latency over that of the optimum by " + " and ".join(axis.label for axis in chosen) +
               ", a panel a policy, all with the same colours, as at the side. White with a cross: no value." + held)  # fmt: skip
    return Figure("heat-ratio", "Latency over the optimum by two axes", caption,
                  lambda: draw_ratios(results, chosen, points), header, rows)  # fmt: skip


def best_at(results, point, candidates):
    """(policy of the least mean latency, whether it is significantly better than the next)."""
    known = [(row["mean_latency_s"], policy) for policy in candidates
             for row in [results.summary.get((point, policy))]
             if row and row["mean_latency_s"] is not None]  # fmt: skip
    known.sort(key=lambda entry: entry[0])
    if not known:
        return None, False
    if len(known) == 1:
        return known[0][1], True
    comparison = results.comparisons.get(point, {}).get((known[0][1], known[1][1]))
    return known[0][1], comparison is not None and comparison.significant


def contenders(results):
    """All policies but those that are the optimum itself at every point: with them there is no contest."""
    found = []
    for policy in results.policies:
        ratios = [results.summary[key]["ratio_of_means"] for key in results.summary if key[1] == policy]
        if any(ratio is None or abs(ratio - 1.0) > YARDSTICK for ratio in ratios):
            found.append(policy)
    return found if len(found) > 1 else results.policies


def best_figure(results, chosen, points, held):
    candidates = contenders(results)
    if len(candidates) < 2:
        return []
    winners = {key: best_at(results, point, candidates) for key, point in points.items()}
    header = ["point", *(axis.name for axis in chosen), "best", "significant"]
    rows = [[points[key], *key, policy or "", ("yes" if sure else "no") if policy else ""]
            for key, (policy, sure) in winners.items()]  # fmt: skip
    caption = ("The policy of the least mean latency. Hatched: its lead over the next best is not significant at "
               "5 % (sign test, corrected over the pairs of the point). White with a cross: no value." + held)  # fmt: skip
    left_out = [policy for policy in results.policies if policy not in candidates]
    if left_out:
        caption += f" Left out, since it is the optimum everywhere: {', '.join(left_out)}."
    return [Figure("heat-best", "Which policy is best, by two axes", caption,
                   lambda: draw_best(results, chosen, winners, set(points.values())), header, rows)]  # fmt: skip


def finish_map(axes, chosen, first_column, last_row):
    across, up = chosen
    for axis, which, set_label, outer in ((across, "x", axes.set_xlabel, last_row),
                                          (up, "y", axes.set_ylabel, first_column)):  # fmt: skip
        size, unit = units.scale(axis.unit, axis.numbers) if axis.numeric else (1.0, "")
        order = ordered(axis)
        at = sweep_axes.evenly(range(len(order)), MOST_TICKS)
        labels = [f"{axis.numbers[order[i]] / size:.3g}" if axis.numeric
                  else literal(short(axis.values[order[i]], 14)) for i in at]  # fmt: skip
        if which == "x":
            fixed_ticks(axes, at, labels, rotate=sum(map(len, labels)) > 24)
        else:
            axes.set_yticks(list(at))
            axes.set_yticklabels(labels)
        axes.tick_params(length=2, labelsize=pt(8), **{("labelbottom" if which == "x" else "labelleft"): outer})
        if outer:
            set_label(literal(units.label(short(axis.label), unit)), fontsize=pt(9))


def ordered(axis):
    """Indices of the axis's values, numbers by size."""
    indices = list(range(len(axis.values)))
    return sorted(indices, key=lambda i: axis.numbers[i]) if axis.numeric else indices


def matrix_of(chosen, value_of):
    """[row][column] of value_of((across, up)); None becomes NaN."""
    across, up = chosen
    return [[value_of((across.values[i], up.values[j])) for i in ordered(across)] for j in ordered(up)]


def map_grid(count, chosen):
    """(figure, axes of `count` panels, columns): wide enough for the numbers in the cells."""
    from matplotlib import pyplot

    columns = min(count, 3 if count != 4 else 2)
    rows = -(-count // columns)
    wide = width(max(4.6, columns * 2.5 + 1.0))
    figure, grid = pyplot.subplots(rows, columns, figsize=(wide, wide / (columns * 2.5 + 1.0) * 2.15 * rows + 0.5),
                                   squeeze=False, constrained_layout=True)  # fmt: skip
    panels = [axes for row in grid for axes in row]
    for spare in panels[count:]:
        spare.axis("off")
    return figure, panels[:count], columns


def draw_ratios(results, chosen, points):
    from matplotlib import colormaps, colors, ticker

    def ratio(policy, key):
        row = results.summary.get((points.get(key), policy))
        value = row["ratio_of_means"] if row else None
        return float("nan") if value is None else value

    maps = [matrix_of(chosen, lambda key: ratio(policy, key)) for policy in results.policies]
    values = [value for each in maps for line in each for value in line if value == value]
    low, high = (min(values), max(values)) if values else (1.0, 2.0)
    high = high if high > low else low * 1.01
    log = scaled(values, LINES_LOG_FROM) == "log"
    norm = (colors.LogNorm if log else colors.Normalize)(low, high)
    palette = colormaps[CHOSEN.get("image.cmap", "cividis")].copy()
    palette.set_bad("white")
    figure, panels, columns = map_grid(len(maps), chosen)
    for index, (axes, policy, each) in enumerate(zip(panels, results.policies, maps)):
        image = axes.imshow(each, origin="lower", aspect="auto", cmap=palette, norm=norm, interpolation="none")
        annotate(axes, each, lambda value: palette(norm(value)))
        axes.set_title(literal(short(policy)), fontsize=pt(9), loc="left")
        finish_map(axes, chosen, index % columns == 0, index + columns >= len(panels))
    bar = figure.colorbar(image, ax=panels, shrink=0.9, aspect=30, pad=0.02)
    bar.set_label("latency / optimum" + (", log scale" if log else ""), fontsize=pt(9))
    bar.ax.tick_params(labelsize=pt(8))
    if log:
        bar.ax.yaxis.set_major_locator(ticker.FixedLocator(log_ticks(low, high, 6)))
        bar.ax.yaxis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:g}"))
        bar.ax.yaxis.set_minor_locator(ticker.NullLocator())
    partial_note(figure, results, set(points.values()))
    return figure


def annotate(axes, each, colour_of):
    """Numbers in the cells where there is room for them, crosses in those without a value."""
    roomy = len(each) <= MOST_ANNOTATED and len(each[0]) <= MOST_ANNOTATED
    for j, line in enumerate(each):
        for i, value in enumerate(line):
            if value != value:
                cross_out(axes, i, j)
            elif roomy:
                axes.text(i, j, f"{value:#.3g}" if value < 100 else f"{value:.0f}", ha="center", va="center",
                          fontsize=pt(6.5), color=ink_on(colour_of(value)))  # fmt: skip


def ink_on(colour):
    return "white" if brightness(colour) < 0.5 else "black"


def cross_out(axes, i, j):
    for rise in (0.5, -0.5):
        axes.plot([i - 0.5, i + 0.5], [j - rise, j + rise], color=GREY, linewidth=0.7, zorder=3)


def draw_best(results, chosen, winners, points):
    from matplotlib import lines, patches, pyplot

    styles = policy_styles(results.policies)
    wins = {}
    for policy, _ in winners.values():
        if policy:
            wins[policy] = wins.get(policy, 0) + 1
    shown = sorted(wins, key=results.policies.index)
    wide = width(6.6)
    figure, axes = pyplot.subplots(figsize=(wide, max(wide * 0.5, 0.26 * len(shown) + 1.3)), constrained_layout=True)
    for j, line in enumerate(matrix_of(chosen, lambda key: winners.get(key, (None, False)))):
        for i, (policy, sure) in enumerate(line):
            if policy:
                axes.add_patch(tile(patches, i, j, styles[policy], sure))
            else:
                cross_out(axes, i, j)
    axes.set_xlim(-0.5, len(chosen[0].values) - 0.5)
    axes.set_ylim(-0.5, len(chosen[1].values) - 0.5)
    finish_map(axes, chosen, True, True)
    handles = [tile(patches, 0, 0, styles[policy], True) for policy in shown]
    labels = [literal(f"{short(policy)}: {wins[policy]:,} of {len(winners):,}") for policy in shown]
    if any(policy and not sure for policy, sure in winners.values()):
        handles.append(patches.Rectangle((0, 0), 1, 1, facecolor="white", edgecolor=INK, linewidth=0, hatch="////"))
        labels.append("lead not significant")
    if sum(wins.values()) < len(chosen[0].values) * len(chosen[1].values):
        handles.append(lines.Line2D([], [], color=GREY, marker="x", linestyle="none"))
        labels.append("no value")
    axes.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False,
                fontsize=pt(8), borderaxespad=0.0)  # fmt: skip
    partial_note(figure, results, points)
    return figure


def tile(patches, i, j, style, sure):
    """Policies that share a colour differ in their edge. Hatches are drawn in the edge's colour."""
    again = LINES.index(style["linestyle"])
    ink = ink_on(style["color"]) if not sure and brightness(style["color"]) < 0.3 else INK
    return patches.Rectangle((i - 0.5, j - 0.5), 1, 1, facecolor=style["color"], zorder=2,
                             edgecolor=ink if not sure or again else GREY, linewidth=0.0 if not again else 1.0,
                             linestyle=style["linestyle"], hatch=None if sure else "////")  # fmt: skip
