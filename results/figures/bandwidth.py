"""bandwidth: how links and placements change over time, from bandwidths.csv and activities.csv."""

from figures import units
from figures.output import Figure
from figures.style import (
    colours,
    finish_rows,
    GREY,
    HATCHES,
    LINES,
    literal,
    MARKERS,
    plain,
    pt,
    short,
    width,
)

MOST_LINKS = 6
BUSY = 0.3  # share of the time shown in which some policy works on a task


def plan(results):
    """Of one device: that of the first task."""
    if not (results.bandwidths and results.activities):
        return []
    device = min(results.activities, key=lambda row: row["begin_s"])["device"]
    placed = [row for row in results.activities if row["device"] == device and row["activity"] in ("compute", "transfer")]
    links = {}
    for row in results.bandwidths:
        if row["device"] in (device, "") and None not in (row["at_s"], row["bandwidth_Bps"]):
            links.setdefault(row["link"], []).append((row["at_s"], row["bandwidth_Bps"]))
    if not (placed and links):
        return []
    begin, end = window(placed)
    shown = {link: within(path, begin, end) for link, path in list(links.items())[:MOST_LINKS]}
    placed = [row for row in placed if row["begin_s"] < end]
    caption = (f"Above, the bandwidth of the links that move, as device {device} meets it; below, where its tasks compute "
               "under each policy, and, grey, when they are on a link.")  # fmt: skip
    if len(links) > len(shown):
        caption += f" {len(shown)} of {len(links)} links are shown."
    where = results.where_of_activities()
    caption += f" Drawn for {where}." if where else ""
    header = ["what", "name", "device", "begin_s", "end_s", "value"]
    rows = [["bandwidth_Bps", link, device, at, None, value] for link, path in shown.items() for at, value in path]
    rows += [[row["activity"], row["policy"], row["device"], row["begin_s"], row["end_s"], row["where"]] for row in placed]
    return [Figure("bandwidth", "Bandwidth and placements over time", caption,
                   lambda: draw(shown, placed, begin, end), header, rows)]  # fmt: skip


def window(placed):
    """From the first task on, as many tasks as keep idle time between them small: with a task in a thousand
    seconds nothing else would be seen."""
    tasks = {}
    for row in placed:
        first, last = tasks.get(row["task"], (row["begin_s"], row["end_s"]))
        tasks[row["task"]] = (min(first, row["begin_s"]), max(last, row["end_s"]))
    spans = sorted(tasks.values())
    begin, end = spans[0]
    busy, reached, shown = 0.0, begin, end
    for first, last in spans:
        busy += max(0.0, last - max(first, reached))
        reached = max(reached, last)
        if busy >= BUSY * (reached - begin):
            shown = reached
    return begin, max(end, shown)


def within(path, begin, end):
    """The changes in the window, and the bandwidth that it begins with."""
    before = [value for at, value in path if at <= begin]
    inside = [(at, value) for at, value in path if begin < at <= end]
    return ([(begin, before[-1])] if before else []) + inside


def draw(links, placed, begin, end):
    from matplotlib import pyplot

    policies = list(dict.fromkeys(row["policy"] for row in placed))
    low = 0.3 * max(2, len(policies)) + 0.5
    figure, (top, bottom) = pyplot.subplots(2, 1, figsize=(width(8.0), 2.2 + low + 0.6), sharex=True,
                                            constrained_layout=True,
                                            gridspec_kw={"height_ratios": [2.2, low]})  # fmt: skip
    draw_links(top, links, end)
    draw_placements(bottom, placed, policies)
    bottom.set_yticks(range(len(policies)))
    bottom.set_yticklabels([literal(short(policy)) for policy in policies])
    bottom.set_xlabel("simulated time [s]")
    bottom.set_xlim(begin, end if end > begin else begin + 1.0)
    finish_rows(bottom, len(policies), 6)
    return figure


def draw_placements(axes, placed, policies):
    sites = list(dict.fromkeys(row["where"] for row in placed if row["activity"] == "compute"))
    palette = colours()[::-1]  # not the links' colours
    for y, policy in enumerate(policies):
        mine = [row for row in placed if row["policy"] == policy]
        axes.broken_barh(spans_of(mine, "transfer"), (y - 0.08, 0.16), facecolor=GREY, linewidth=0,
                         label="on a link", zorder=2)  # fmt: skip
        for index, site in enumerate(sites):
            spans = spans_of([row for row in mine if row["where"] == site], "compute")
            axes.broken_barh(spans, (y - 0.36, 0.72), facecolor=palette[index % len(palette)], linewidth=0,
                             hatch=HATCHES[index % len(HATCHES)] or None, edgecolor="white",
                             label=literal(short(site)), zorder=3)  # fmt: skip


def spans_of(rows, activity):
    return [(row["begin_s"], row["end_s"] - row["begin_s"]) for row in rows
            if row["activity"] == activity and row["end_s"] > row["begin_s"]]  # fmt: skip


def draw_links(axes, links, end):
    size, unit = units.scale("B/s", [value for path in links.values() for _, value in path])
    palette = colours()
    for index, (link, path) in enumerate(links.items()):
        path = [*path, (max(end, path[-1][0]), path[-1][1])] if path else []
        axes.plot([at for at, _ in path], [value / size for _, value in path], drawstyle="steps-post", linewidth=1.3,
                  color=palette[index % len(palette)], linestyle=LINES[index % len(LINES)],
                  marker=MARKERS[index], markersize=3.5, markevery=max(1, len(path) // 12),
                  label=literal(short(link)))  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_ylabel(f"bandwidth [{unit}]")
    plain(axes)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncol=6, fontsize=pt(8), frameon=False,
                borderaxespad=0.2)  # fmt: skip
