"""pairs: every policy against every other, from comparisons.csv."""

from figures.output import Figure
from figures.style import INK, literal, partial_note, pt, short, width

CAPTION = (
    "Mean latency of the policy of the row over that of the policy of the column, on the same tasks. Blue: the "
    "row is faster; orange: slower. Crossed out and grey: not significant at 5 % (sign test over the units "
    "of comparisons.csv, corrected over the pairs)."
)
HEADER = ["policy", "other", "ratio_of_means", "lo", "hi", "wins", "ties", "losses", "p_corrected", "significant"]
LARGEST = 4.0  # ratios beyond have the deepest colour


def plan(results):
    if len(results.policies) < 2:
        return []
    return [figure_of(results, point) for point in results.shown if results.comparisons.get(point)]


def figure_of(results, point):
    found = results.comparisons[point]
    rows = [[*pair, c.ratio, c.low, c.high, c.wins, c.ties, c.losses, c.corrected, "yes" if c.significant else "no"]
            for pair, c in found.items()]  # fmt: skip
    several = len(results.points) > 1
    title = "Policies pair by pair" + (f": {results.where(point)}" if several else "")
    return Figure("pairs" + (f"-{point}" if several else ""), title, CAPTION,
                  lambda: draw(results, point, found), HEADER, rows)  # fmt: skip


def draw(results, point, found):
    from matplotlib import pyplot

    count = len(results.policies)
    labels = [literal(short(policy)) for policy in results.policies]
    side = 0.46 * count + 0.085 * max(map(len, labels))
    wide = width(max(4.4, side + 0.6))
    height = wide * (side - 0.4) / max(4.4, side + 0.6) + 0.6 if side > 3.8 else 0.46 * count + 1.6
    figure, axes = pyplot.subplots(figsize=(wide, height), constrained_layout=True)
    for i, policy in enumerate(results.policies):
        for j, other in enumerate(results.policies):
            draw_cell(axes, j, i, None if i == j else found.get((policy, other)))
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_xticks(range(count))
    axes.set_xticklabels(labels, rotation=40, ha="left", rotation_mode="anchor", fontsize=pt(8))
    axes.set_yticks(range(count))
    axes.set_yticklabels(labels, fontsize=pt(8))
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel("latency of the row / latency of the column" + at(results, point), fontsize=pt(9))
    partial_note(figure, results, [point])
    return figure


def at(results, point):
    return literal("\n" + short(results.where(point), 60)) if len(results.points) > 1 else ""


def draw_cell(axes, x, y, comparison):
    from matplotlib import patches

    if comparison is None or not comparison.ratio:
        axes.add_patch(patches.Rectangle((x - 0.48, y - 0.48), 0.96, 0.96, facecolor="#f4f4f4", linewidth=0))
        return
    sure = comparison.significant
    axes.add_patch(patches.Rectangle((x - 0.48, y - 0.48), 0.96, 0.96, linewidth=0,
                                     facecolor=shade(comparison.ratio) if sure else "#e4e4e4"))  # fmt: skip
    if not sure:
        axes.plot([x - 0.44, x + 0.44], [y + 0.44, y - 0.44], color="#b0b0b0", linewidth=0.8, zorder=2)
    axes.text(x, y, ratio_text(comparison.ratio), ha="center", va="center", fontsize=pt(7.5), color=INK, zorder=3,
              bbox=None if sure else {"facecolor": "#e4e4e4", "edgecolor": "none", "pad": 0.8})  # fmt: skip


def ratio_text(ratio):
    if ratio >= 100 or ratio < 0.01:
        return f"{ratio:.1e}"
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}"


def shade(ratio):
    """From white at 1 to blue (faster) or orange (slower), on a log scale."""
    import math

    strength = 0.12 + 0.68 * min(1.0, abs(math.log(ratio)) / math.log(LARGEST))
    red, green, blue = (0.0, 0.447, 0.698) if ratio < 1 else (0.902, 0.624, 0.0)
    return tuple(1 - strength * (1 - part) for part in (red, green, blue))
