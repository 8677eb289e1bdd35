"""What all figures share: colours, scales, labels, legends."""

import math
import textwrap

# Okabe and Ito's colours: told apart with any kind of colour vision.
SKY, ORANGE, GREEN, VERMILION, BLUE = "#56B4E9", "#E69F00", "#009E73", "#D55E00", "#0072B2"
PURPLE, INK, GREY = "#CC79A7", "#333333", "#999999"

PALETTE = [BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, INK]
MARKERS = ["o", "s", "^", "D", "v", "X", "P", "<", "*", ">"]  # a second way to tell policies apart
LINES = ["-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5))]  # and a third
HATCHES = ["", "///", "...", "xx"]

LONGEST_NAME = 28
LOG_SCALE_FROM = 10.0  # largest over smallest value shown
LINES_LOG_FROM = 4.0  # where nothing has to start at 0, so that one bad policy does not hide all others
READABLE = 0.7  # of the width that a figure is laid out for
ONE_COLUMN = 3.2  # inches, of a journal's page
CHOSEN = {}  # what the user's style says; nothing without --style


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


def read_style(name):
    """The settings of a style: matplotlib's own by name, or a file. Raises StyleError."""
    import logging

    import matplotlib
    from matplotlib import style

    if name in style.library:
        return dict(style.library[name])
    said = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(" ".join(record.getMessage().split()))
    logging.getLogger("matplotlib").addHandler(handler)
    try:
        found = dict(matplotlib.rc_params_from_file(name, fail_on_error=True, use_default_template=False))
    except FileNotFoundError:
        raise StyleError(f"{name}: no such file, nor a style of matplotlib's; these are: "
                         + ", ".join(each for each in style.available if each[0] != "_")) from None  # fmt: skip
    except OSError as error:
        raise StyleError(f"{name}: {error.strerror}") from None
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise StyleError(f"{name}: no style of matplotlib: {error}") from None
    finally:
        logging.getLogger("matplotlib").removeHandler(handler)
    if said:
        raise StyleError(f"{name}: " + said[0].partition(" You probably")[0])
    return found


class StyleError(Exception):
    """The user's fault: the message names the style and what is wrong with it."""


def set_up(user_style=None):
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcdefaults()  # a matplotlibrc of this machine does not change what others get
    matplotlib.rcParams.update({"svg.hashsalt": "mecsim", "font.size": 10, "axes.edgecolor": INK,
                                "svg.fonttype": "path", "pdf.fonttype": 42})  # fmt: skip
    CHOSEN.clear()
    if user_style is not None:
        CHOSEN.update(read_style(user_style))
        if CHOSEN.get("text.usetex"):
            raise StyleError(f"{user_style}: text.usetex: labels hold names as they are, which are no TeX")
        matplotlib.rcParams.update({key: CHOSEN[key] for key in CHOSEN if key != "backend"})


def dots_per_inch():
    return CHOSEN.get("savefig.dpi", 200)


def pt(points):
    """A size of text that goes with the style: `points` where text is 10 points high."""
    import matplotlib

    return points * matplotlib.rcParams["font.size"] / 10.0


def width(inches, least=None):
    """The width of a figure: as given, or that of the user's style, but not less than what it can be read at."""
    least = READABLE * inches if least is None else least
    return max(least, CHOSEN["figure.figsize"][0]) if "figure.figsize" in CHOSEN else inches


def colours():
    if "axes.prop_cycle" in CHOSEN:
        return CHOSEN["axes.prop_cycle"].by_key().get("color", PALETTE)
    return PALETTE


def chosen_colours(defaults):
    """As many colours of the user's cycle; these where there is none."""
    palette = colours()
    return [palette[i % len(palette)] for i in range(len(defaults))] if "axes.prop_cycle" in CHOSEN else defaults


def palest(default):
    """Of the user's colours the one on which whiskers show best."""
    return max(colours(), key=brightness) if "axes.prop_cycle" in CHOSEN else default


def brightness(colour):
    """Of a colour on a screen, 0 (black) to 1: ITU-R BT.709's weights."""
    from matplotlib import colors

    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), colors.to_rgb(colour)))


def policy_styles(policies):
    """Colour, marker and line of each policy, in no two the same."""
    palette = colours()
    return {name: {"color": palette[i % len(palette)], "marker": MARKERS[i % len(MARKERS)],
                   "linestyle": LINES[i // len(palette) % len(LINES)]}
            for i, name in enumerate(policies)}  # fmt: skip


def scaled(values, factor=LOG_SCALE_FROM):
    """"log" where the values span more than this factor, else "linear"."""
    values = [value for value in values if value is not None]
    wide = values and min(values) > 0 and max(values) / min(values) > factor
    return "log" if wide else "linear"


def plain(axes, grid="both"):
    """Grid behind, and no frame but the axes themselves."""
    axes.grid(axis=grid, color="#dddddd", linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def panels(rows, columns, legend, panel=(3.1, 2.4), **options):
    """A figure of rows x columns axes over a legend of the names, drawn by the caller: (figure, axes by row,
    axes of the legend, columns of the legend)."""
    from matplotlib import pyplot

    wide = width(max(5.0, columns * panel[0]), ONE_COLUMN if columns == 1 else None)
    most = max([len(name) for name in legend] or [1])
    across = max(1, min(len(legend), int(wide / (0.065 * most + 0.5)))) if legend else 1
    lines = -(-len(legend) // across) if legend else 0
    below = pt(0.19 * lines + 0.06) if lines else 0.01
    shrink = wide / max(5.0, columns * panel[0])
    figure = pyplot.figure(figsize=(wide, rows * panel[1] * shrink + below + 0.3), constrained_layout=True)
    grid = figure.add_gridspec(rows + 1, columns, height_ratios=[panel[1] * shrink] * rows + [below])
    axes, first = [], None
    for row in range(rows):
        line = []
        for column in range(columns):
            first = figure.add_subplot(grid[row, column], **shared(options, axes, line))
            line.append(first)
        axes.append(line)
    names = figure.add_subplot(grid[rows, :])
    names.axis("off")
    return figure, axes, names, across


def shared(options, axes, line):
    """The axes that a further panel shares: x with the panel above, y with the one to its left."""
    found = {}
    if options.get("sharex") and axes:
        found["sharex"] = axes[0][len(line)]
    if options.get("sharey") and line:
        found["sharey"] = line[0]
    return found


def partial_note(figure, results, points=None):
    """Says above a figure, of these points or of all, that not everything in it has been simulated."""
    if results.partial(points):
        figure.suptitle("partial results", x=0.99, ha="right", fontsize=pt(8), color=VERMILION)


def legend_below(names, handles, labels, across):
    if handles:
        names.legend(handles, [literal(short(label)) for label in labels], loc="center", ncol=across,
                     fontsize=pt(8), frameon=False, borderaxespad=0.0, handletextpad=0.5,
                     columnspacing=1.4)  # fmt: skip


def row_axes(count, labels, widths, inches):
    """A figure with a row a label, and axes beside each other that share the rows. Long labels widen the
    figure, so that the axes, and the room between their ticks, stay as they are."""
    from matplotlib import pyplot

    wide = width(inches + 0.08 * max(0, max(len(label) for label in labels) - 14))
    height = 1.9 + 0.34 * max(3, count)
    figure, axes = pyplot.subplots(1, len(widths), figsize=(wide, height), sharey=True,
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
                    ncol=columns, fontsize=pt(8), frameon=False, handletextpad=0.4,
                    columnspacing=1.2, borderaxespad=0.2)  # fmt: skip


def log_ticks(low, high, most, fits=lambda ticks: True):
    """Values for 2 to `most` labels on a log scale: 1, 2, 3...; 1, 2, 5, 10...; 1, 3, 10...; or whole decades,
    the densest of these that fits; where none does, some of them, and on a scale too short for any two of
    them evenly spaced ones."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = []
    for steps in (range(1, 10), (1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10.0**decade for decade in decades for step in steps]
        found.append([tick for tick in ticks if low <= tick <= high])
        if 2 <= len(found[-1]) <= most and fits(found[-1]):
            return found[-1]
    found = [ticks for ticks in found if len(ticks) >= 2]
    if found:
        return next((found[-1][::step] for step in range(-(-len(found[-1]) // most), len(found[-1]))
                     if fits(found[-1][::step])), [found[-1][0], found[-1][-1]])  # fmt: skip
    from matplotlib import ticker

    ticks = ticker.MaxNLocator(max(1, most - 1), min_n_ticks=2).tick_values(low, high)
    return [tick for tick in ticks if low <= tick <= high]


def room_for(axis, formatter, low, high):
    """Whether labels along the axis do not touch, for log_ticks; roughly, before the figure is laid out."""
    import matplotlib

    height = matplotlib.rcParams["font.size"]
    points = 72 * axis.axes.figure.get_figwidth() * axis.axes.get_position().width

    def fits(ticks):
        places = [math.log(tick / low) / math.log(high / low) * points for tick in ticks]
        halves = [0.3 * height * len(formatter(tick, None)) for tick in ticks]
        gaps = zip(zip(places, halves), zip(places[1:], halves[1:]))
        return all(right - left > half + other + 0.6 * height for (left, half), (right, other) in gaps)

    return fits if axis.axis_name == "x" and high > low else lambda ticks: True


def label_log_ticks(axis, formatter, low, high, most=8):
    from matplotlib import ticker

    ticks = log_ticks(low, high, most, room_for(axis, formatter, low, high))
    axis.set_major_locator(ticker.FixedLocator(ticks))
    axis.set_major_formatter(ticker.FuncFormatter(formatter))
    axis.set_minor_formatter(ticker.NullFormatter())


def column_text(axes, y, text, offset, **options):
    """Text to the right of the axes, in the row `y`, its right end `offset` points away."""
    axes.annotate(text, (1.0, y), xycoords=("axes fraction", "data"), xytext=(offset, 0),
                  textcoords="offset points", ha="right", va="center", fontsize=pt(9), **options)  # fmt: skip


def column_title(axes, text, offset):
    axes.annotate(text, (1.0, 1.0), xycoords="axes fraction", xytext=(offset, 4),
                  textcoords="offset points", ha="right", va="bottom", fontsize=pt(8))  # fmt: skip


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
    figure.supxlabel(literal(text), x=0.01, ha="left", fontsize=pt(8), color=INK)
