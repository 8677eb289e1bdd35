"""deployment: where policies decide and what a task's time goes to, from the rows of summary.csv whose
policies have a parameter `at`."""

from figures import tables
from figures.output import Figure
from figures.style import (
    BLUE,
    column_text,
    column_title,
    GREEN,
    literal,
    ORANGE,
    pt,
    rounded,
    short,
    SKY,
    width,
)

PARTS = [("mean_decision_s", ORANGE, "deciding"), ("mean_exec_s", BLUE, "computing"),
         ("mean_transfer_s", SKY, "transferring"), ("mean_wait_s", GREEN, "waiting")]  # fmt: skip
SITES = ["scenario", "device", "edge", "cloud"]  # in the order of the rows


def split_site(policy):
    """"kd-dil(at=edge head=plan)" is ("kd-dil(head=plan)", "edge"); without `at`, the site is None."""
    name, bracket, rest = policy.partition("(")
    if not bracket or not rest.endswith(")"):
        return policy, None
    words = rest[:-1].split(" ")
    sites = [word[3:] for word in words if word.startswith("at=")]
    others = [word for word in words if not word.startswith("at=")]
    return name + (f"({' '.join(others)})" if others else ""), sites[0] if sites else None


CAPTION = "Mean time of a task by what it goes to, a group a policy, a bar a site at which the policy decides."


def plan(results):
    if not any(split_site(policy["policy"])[1] for policy in results.rows):
        return []
    columns = [column for column, _, _ in PARTS]
    rows = tables.load(results.path("summary.csv"), ["policy", *columns], columns)
    rows = [row for row in rows if not results.sweep or row["point"] == results.shown[0]]
    title, groups = grouped(rows)
    if not groups:
        return []
    where = results.where(results.shown[0]) if len(results.points) > 1 else ""
    data = [[name, site, *parts] for name, sites in groups for site, parts in sites]
    return [Figure("deployment", "Where policies decide" + (f": {where}" if where else ""), CAPTION,
                   lambda: draw(title, groups), ["policy", "at", *columns], data)]  # fmt: skip


def grouped(rows):
    """(title, groups): a group is (name, [(site, seconds of each part)]), in the order of the rows."""
    deployed = {split_site(row["policy"])[0] for row in rows if split_site(row["policy"])[1]}
    columns = [column for column, _, _ in PARTS]
    several = len({row.get("scenario", "") for row in rows}) > 1
    groups = {}
    for row in rows:
        name, site = split_site(row["policy"])
        if name in deployed and any(row[column] is not None for column in columns):
            label = f'{row["scenario"]}: {name}' if several else name
            parts = [max(0.0, row[column] or 0.0) for column in columns]
            groups.setdefault(label, []).append((site or "scenario", parts))
    for sites in groups.values():
        sites.sort(key=lambda entry: SITES.index(entry[0]) if entry[0] in SITES else len(SITES))
    scenario = "" if several else short(rows[0].get("scenario", ""))
    title = "what a task's time goes to, by where the policy decides"
    return f"{scenario}: {title}" if scenario else title.capitalize(), list(groups.items())


def unit_for(seconds):
    return next(((size, unit) for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "\u00b5s"))
                 if seconds >= size), (1e-9, "ns"))  # fmt: skip


def readable(seconds):
    if seconds == 0:
        return "0 s"
    size, unit = unit_for(seconds / 0.9995)
    return f"{rounded(seconds / size)} {unit}"


def draw_bars(axes, rows):
    """`rows` has a (y, seconds of each part) a bar."""
    longest = max([sum(parts) for _, parts in rows] or [0.0])
    size, unit = unit_for(longest) if longest > 0 else (1.0, "s")
    start = [0.0] * len(rows)
    for index, (_, colour, label) in enumerate(PARTS):
        values = [parts[index] / size for _, parts in rows]
        axes.barh([y for y, _ in rows], values, left=start, height=0.66, color=colour, label=label,
                  edgecolor="white", linewidth=0.4, zorder=2)  # fmt: skip
        start = [a + b for a, b in zip(start, values)]
    for y, parts in rows:
        column_text(axes, y, readable(parts[0]), 52)
        column_text(axes, y, readable(sum(parts)), 104)
    column_title(axes, "deciding", 52)
    column_title(axes, "latency", 104)
    axes.set_xlim(0, longest / size if longest > 0 else 1.0)
    axes.set_xlabel(f"mean time of a task [{unit}]")


def draw(title, groups):
    from matplotlib import pyplot

    ticks, labels, rows, heads = [], [], [], []
    y = 0
    for name, sites in groups:
        heads.append(len(ticks))
        ticks.append(y)
        labels.append(literal(short(name)))
        for site, parts in sites:
            y += 1
            ticks.append(y)
            labels.append("as in the scenario" if site == "scenario" else literal(f"at the {short(site)}"))
            rows.append((y, parts))
        y += 1.4
    figure, axes = pyplot.subplots(figsize=(width(9), 1.7 + 0.3 * max(4, len(ticks))), constrained_layout=True)
    draw_bars(axes, rows)
    axes.set_yticks(ticks)
    axes.set_yticklabels(labels)
    for index in heads:
        axes.get_yticklabels()[index].set_fontweight("bold")
    axes.set_ylim(y - 0.7, -0.7)
    axes.grid(axis="x", color="#dddddd", linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncol=4, fontsize=pt(8), frameon=False,
                handletextpad=0.4, columnspacing=1.2, borderaxespad=0.2)  # fmt: skip
    figure.suptitle(literal(title), fontsize=pt(12))
    return figure
