"""What all figures share: colours, scales, labels, legends, files. The same input gives the same SVG."""

import io
import math
import os
import re
import textwrap

# Okabe and Ito's colours: told apart with any kind of colour vision.
SKY, ORANGE, GREEN, VERMILION, BLUE = "#56B4E9", "#E69F00", "#009E73", "#D55E00", "#0072B2"
PURPLE, INK, GREY = "#CC79A7", "#333333", "#999999"

LONGEST_NAME = 28
LOG_SCALE_FROM = 10.0  # largest over smallest value shown


def short(name, longest=LONGEST_NAME):
    name = " ".join(name.split())
    return name if len(name) <= longest else name[: longest - 1] + "\u2026"


def literal(text):
    """Text from a file is no TeX: a dollar sign stands for itself."""
    return text.replace("$", r"\$")


def duration(ns, _position=None):
    for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "\u00b5s")):
        if ns >= size * 0.9999:
            return f"{ns / size:g} {unit}"
    return f"{ns:g} ns"


def rounded(value):
    """Three significant digits, as people write them."""
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"


def set_up():
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "mecsim", "font.size": 10, "axes.edgecolor": INK,
                                "svg.fonttype": "path"})  # fmt: skip


def row_axes(count, labels, widths, width):
    """A figure with a row a label, and axes beside each other that share the rows. Long labels widen the
    figure, so that the axes, and the room between their ticks, stay as they are."""
    from matplotlib import pyplot

    width += 0.08 * max(0, max(len(label) for label in labels) - 14)
    height = 1.9 + 0.34 * max(3, count)
    figure, axes = pyplot.subplots(1, len(widths), figsize=(width, height), sharey=True,
                                   constrained_layout=True, squeeze=False,
                                   gridspec_kw={"width_ratios": widths})  # fmt: skip
    axes[0][0].set_yticks(range(count))
    axes[0][0].set_yticklabels([literal(label) for label in labels])
    return figure, list(axes[0])


def finish_rows(axes, count, columns=2, first=None):
    """Grid, spines and legend of axes that have a row a policy. `first` leads the legend."""
    axes.set_ylim(count - 0.5, -0.5)  # the first policy on top
    axes.grid(axis="x", color="#dddddd", linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    unique = dict(sorted(zip(labels, handles), key=lambda entry: entry[0] != first))
    if unique:
        axes.legend(unique.values(), unique.keys(), loc="lower left", bbox_to_anchor=(0.0, 1.0),
                    ncol=columns, fontsize=8, frameon=False, handletextpad=0.4,
                    columnspacing=1.2, borderaxespad=0.2)  # fmt: skip


def log_ticks(low, high, most):
    """Values for at most `most` labels on a log scale: 1, 2, 3...; 1, 2, 5, 10...; 1, 3, 10...; or whole
    decades, the densest of these that fits."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in (range(1, 10), (1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10.0**decade for decade in decades for step in steps]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) <= most:
            return ticks
    return ticks[:: -(-len(ticks) // most)]


def label_log_ticks(axis, formatter, low, high, most=8):
    from matplotlib import ticker

    axis.set_major_locator(ticker.FixedLocator(log_ticks(low, high, most)))
    axis.set_major_formatter(ticker.FuncFormatter(formatter))
    axis.set_minor_formatter(ticker.NullFormatter())


def column_text(axes, y, text, offset, **options):
    """Text to the right of the axes, in the row `y`, its right end `offset` points away."""
    axes.annotate(text, (1.0, y), xycoords=("axes fraction", "data"), xytext=(offset, 0),
                  textcoords="offset points", ha="right", va="center", fontsize=9, **options)  # fmt: skip


def column_title(axes, text, offset):
    axes.annotate(text, (1.0, 1.0), xycoords="axes fraction", xytext=(offset, 4),
                  textcoords="offset points", ha="right", va="bottom", fontsize=8)  # fmt: skip


def scatter(axes, points, marker, colour, label, **options):
    if points:
        style = {"s": 30, "edgecolor": "white", "linewidth": 0.6, "zorder": 4, "color": colour, **options}
        axes.scatter(*zip(*points), marker=marker, label=label, **style)


def scatter_published(axes, points):
    """Values of a publication: hollow stars, so that nobody takes them for ours."""
    if points:
        axes.scatter(*zip(*points), marker="*", s=95, facecolor="none", edgecolor=INK, linewidth=1.0,
                     zorder=6, label="published")  # fmt: skip


def source_line(figure, sources):
    text = textwrap.fill("published: " + "; ".join(" ".join(source.split()) for source in sources), 130)
    figure.supxlabel(literal(text), x=0.01, ha="left", fontsize=8, color=INK)


def smaller(svg):
    """The same picture in fewer bytes: without indentation and comments, coordinates to a hundredth of a
    point, short names of glyphs."""
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\n\s+", "\n", svg)
    svg = re.sub(r"(?<![\d.])([1-9]\d*\.\d\d)\d+", r"\1", svg)
    return svg.replace("DejaVuSans-", "g")


def save(figure, directory, name):
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=150, metadata={"Software": None})
    drawing = io.StringIO()
    figure.savefig(drawing, format="svg", metadata={"Date": None})
    for ending, content in (("png", picture.getvalue()), ("svg", smaller(drawing.getvalue()).encode())):
        path = os.path.join(directory, f"{name}.{ending}")
        with open(path + ".part", "wb") as file:
            file.write(content)
        os.replace(path + ".part", path)
        print(f"wrote {path}")
