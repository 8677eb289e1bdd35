"""gantt: what one task goes through under each policy, from activities.csv."""

from figures import units
from figures.output import Figure
from figures.style import (
    BLUE,
    finish_rows,
    GREEN,
    INK,
    literal,
    ORANGE,
    pt,
    short,
    SKY,
    width,
)

KINDS = [("decide", ORANGE, "deciding"), ("compute", BLUE, "computing"), ("transfer", SKY, "transferring"),
         ("wait", GREEN, "waiting")]  # fmt: skip
LETTER = 0.06  # inches, of a label where text is 10 points high


def plan(results):
    lives = lives_of(results)
    if not lives:
        return []
    task = next(iter(lives.values()))[0]["task"]
    caption = (f"What task {task} goes through under each policy, from its release on, and where; all policies meet the "
               "same task in the same conditions.")  # fmt: skip
    where = results.where_of_activities()
    caption += f" Drawn for {where}." if where else ""
    header = ["policy", "task", "activity", "where", "subtask", "begin_s", "end_s"]
    rows = [[row[name] for name in header] for life in lives.values() for row in life]
    return [Figure("gantt", "One task's life", caption, lambda: draw_lives(lives, where), header, rows)]


def lives_of(results):
    """{policy: activities} of the first task that most policies have."""
    tasks = {}
    for row in results.activities:
        if row["replication"] == "0":
            tasks.setdefault(row["task"], {}).setdefault(row["policy"], []).append(row)
    return max(tasks.values(), key=len) if tasks else {}


def runs_of(life):
    """[(begin, end, activity)] of neighbours of the same kind at the same place, such as subtasks of a task."""
    runs = []
    for row in sorted(life, key=lambda row: (row["begin_s"], row["end_s"])):
        begin, end, last = runs[-1] if runs else (0.0, 0.0, {"activity": None})
        if row["end_s"] == row["begin_s"]:
            continue
        if row["activity"] == last["activity"] and row["where"] == last["where"] and row["begin_s"] == end:
            runs[-1] = (begin, row["end_s"], last)
        else:
            runs.append((row["begin_s"], row["end_s"], row))
    return runs


def draw_lives(lives, where):
    from matplotlib import pyplot

    names = list(lives)
    start = min(row["begin_s"] for life in lives.values() for row in life)
    longest = max(row["end_s"] for life in lives.values() for row in life) - start
    size, unit = units.scale("s", [longest])
    wide = width(8.0 + 0.08 * max(0, max(map(len, map(short, names))) - 14))
    figure, axes = pyplot.subplots(figsize=(wide, 1.5 + 0.36 * max(2, len(names))), constrained_layout=True)
    for y, name in enumerate(names):
        for row in lives[name]:
            if row["end_s"] > row["begin_s"]:
                draw_activity(axes, y, row, start, size)
        for begin, end, row in runs_of(lives[name]):
            if (end - begin) / (1.1 * longest) * 0.8 * wide > pt(LETTER) * (len(short_place(row)) + 0.5):
                label_run(axes, y, row, ((begin + end) / 2 - start) / size)
    end_marks(axes, lives, start, size, unit)
    axes.set_yticks(range(len(names)))
    axes.set_yticklabels([literal(short(name)) for name in names])
    axes.set_xlim(0, longest / size * 1.1 if longest > 0 else 1.0)
    axes.set_xlabel(f"time since the release [{unit}]" + (literal("\n" + short(where, 90)) if where else ""))
    finish_rows(axes, len(names), 4)
    return figure


def kind_of(row):
    return next((kind for kind in KINDS if kind[0] == row["activity"]), (row["activity"], INK, row["activity"]))


def draw_activity(axes, y, row, start, size):
    kind, colour, label = kind_of(row)
    begin, end = (row["begin_s"] - start) / size, (row["end_s"] - start) / size
    axes.barh(y, end - begin, left=begin, height=0.62, color=colour, label=label, edgecolor="white", linewidth=0.5,
              hatch="////" if kind == "wait" else None, zorder=2)  # fmt: skip


def short_place(row):
    return short(row["where"], 12)


def label_run(axes, y, row, middle):
    """Over the middle of a run, whose separators and hatches it hides there."""
    kind, colour, _ = kind_of(row)
    axes.text(middle, y, literal(short_place(row)), ha="center", va="center", fontsize=pt(7), zorder=3,
              color="white" if kind == "compute" else "black",
              bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.6})  # fmt: skip


def end_marks(axes, lives, start, size, unit):
    for y, life in enumerate(lives.values()):
        end = (max(row["end_s"] for row in life) - start) / size
        axes.annotate(f"{end:.3g} {unit}", (end, y), xytext=(3, 0), textcoords="offset points", va="center",
                      fontsize=pt(7.5), color=INK)  # fmt: skip
