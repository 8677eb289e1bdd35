"""The sections of report.html, each as HTML; an empty text where there is nothing to say."""

import html
import json
import shlex

from figures import heat, written_tables
from figures.written_tables import Cell, count, number, Table

MOST_FAILURES = 200
LONGEST_ERRORS = 4000  # characters of standard error
LONGEST_TEXT = 400_000  # of a scenario or sweep
NO_FACTS = {"format", "kind", "command", "columns", "points", "policies", "sweep", "scenario", "overrides", "models",
            "cells", "failures", "identity", "independent_tasks", "ended", "warmup", "precision",
            "shards"}  # said elsewhere, or too long


def escape(text):
    """Text for HTML; control characters, which it may not hold, as a question mark."""
    text = "".join(c if c in "\n\t" or c.isprintable() or c == "\u00a0" or ord(c) > 159 else "\ufffd" for c in str(text))
    return html.escape(text.encode("utf-8", "replace").decode(), quote=True)


def name_of(results):
    for key in ("sweep", "scenario"):
        value = results.manifest.get(key)
        if isinstance(value, dict) and value.get("name"):
            return str(value["name"])
    return results.rows[0].get("scenario") or "results" if results.rows else "results"


def title(results):
    return escape(f"{name_of(results)}: {'sweep' if results.sweep else 'run'}")


def lead(results):
    points, policies = len(results.points), len(results.policies)
    text = f"{policies:,} {'policy' if policies == 1 else 'policies'}"
    if results.sweep:
        text = f"{points:,} {'point' if points == 1 else 'points'}, {text}, {len(results.cells):,} cells"
    warning = f'<p class="warn">{escape(partial_text(results))}</p>\n' if results.partial() else ""
    return (f'<p class="lead">{escape(text)}.</p>\n' if results.rows else "") + warning


def partial_text(results):
    counts = {}
    for cell in results.cells:
        counts[cell["status"]] = counts.get(cell["status"], 0) + 1
    text = "Partial results: not everything that was asked for has been simulated."
    if counts:
        text += " Cells: " + ", ".join(f"{number:,} {status}" for status, number in counts.items()) + "."
    return text


def description_list(entries):
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in entries)
    return f"<dl>{rows}</dl>\n" if rows else ""


def facts(results):
    manifest, entries = results.manifest, []
    if isinstance(manifest.get("command"), list):
        entries.append(("command", f"<code>{escape(command_of(manifest))}</code>"))
    for key in ("sweep", "scenario"):
        value = manifest.get(key)
        if isinstance(value, dict):
            entries.append((key, escape(", ".join(str(value[name]) for name in ("name", "path", "hash") if value.get(name)))))
    for axis in results.axes:
        shown = [axis.text(value) for value in axis.values[:12]]
        more = f", … ({len(axis.values):,} values)" if len(axis.values) > 12 else ""
        entries.append((f"axis {axis.label}", escape(", ".join(shown) + more)))
    if results.policies:
        entries.append(("policies", escape(", ".join(results.policies))))
    overrides = manifest.get("overrides")
    if isinstance(overrides, list) and overrides:
        pairs = [f"{each.get('key')}={each.get('value')}" for each in overrides if isinstance(each, dict)]
        entries.append(("overrides", escape(", ".join(pairs))))
    if manifest.get("warmup") is not None:
        entries.append(("warm-up detection", escape(plain_text(manifest["warmup"]))))
    left_out = tasks_of_warm_up(results)
    if left_out:
        entries.append(("workload.warmup", escape(left_out)))
    wanted = wanted_precision(manifest)
    if wanted:
        entries.append(("precision", escape(wanted)))
    for key, value in manifest.items():
        if key not in NO_FACTS and value is not None and not (wanted and key == "replications"):
            entries.append((key.replace("_", " "), escape(plain_text(value))))
    return description_list(entries) if manifest else ""


def tasks_of_warm_up(results):
    """How many tasks the scenario's own warm-up leaves out of the statistics."""
    if results.sweep:
        counts = {(cell.get("warmup"), cell.get("tasks")) for cell in results.cells if cell["status"] == "completed"}
    else:
        policies = results.manifest.get("policies")
        found = [each["counts"] for each in policies if isinstance(each, dict) and isinstance(each.get("counts"), dict)
                 ] if isinstance(policies, list) else []  # fmt: skip
        counts = {(each.get("warmup"), each.get("released")) for each in found}
    replications = 1 if results.sweep else results.manifest.get("replications", 1)
    try:
        counts = sorted({(int(warm_up) // int(replications), int(tasks) // int(replications))
                         for warm_up, tasks in counts})  # fmt: skip
    except (TypeError, ValueError, ZeroDivisionError):
        return ""  # a manifest or cells of another make
    if not counts or counts[-1][0] == 0:
        return ""
    of = " of a cell" if results.sweep else " of a replication" if replications > 1 else ""
    if len(counts) == 1:
        return f"the first {counts[0][0]:,} of {counts[0][1]:,} tasks{of}"
    least, most = counts[0][0], counts[-1][0]
    return f"the first {most:,} tasks{of}" if least == most else f"the first {least:,} to {most:,} tasks{of}"


def percent(share):
    return f"{100 * share:.3g} %" if isinstance(share, (int, float)) else "unknown"


def wanted_precision(manifest):
    wanted = manifest.get("precision")
    if not isinstance(wanted, dict):
        return ""
    return (f"{percent(wanted.get('target'))} of {str(wanted.get('of')).replace('-', ' ')}, "
            f"{wanted.get('least')} to {wanted.get('most')} replications a point")  # fmt: skip


def precision_note(results):
    """What has come of it; nothing where the sweep has not ended."""
    found = results.manifest.get("precision")
    if not isinstance(found, dict) or "points_missed" not in found:
        return ""
    least, most = found.get("replications_least"), found.get("replications_most")
    count = f"{least} replications" if least == most else f"{least} to {most} replications"
    target = f"The precision of {percent(found.get('target'))}"
    if not found["points_missed"]:
        return f"{target} is reached at all points, with {count} a point."
    place = str(found.get("widest_point"))
    where = results.where(place) if place in results.points else ""
    return (f"{target} is not reached at {found['points_missed']:,} of {len(results.points):,} points, with {count} a point: "
            f"half of the widest interval is {percent(found.get('widest'))} of the mean ({found.get('widest_policy')}, "
            f"point {place}{': ' + where if where else ''}).")  # fmt: skip


def plain_text(value):
    if isinstance(value, dict):
        return ", ".join(f"{key} {plain_text(each)}" for key, each in value.items() if key != "text")
    if isinstance(value, list):
        return f"{len(value):,} entries" if len(value) > 20 else ", ".join(map(plain_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def command_of(manifest):
    return shlex.join(str(word) for word in manifest["command"])


def glance(results):
    """A row a policy: at how many points it is best, and how far from the optimum over all points."""
    if len(results.points) < 2:
        return ""
    candidates = heat.contenders(results)
    best = [heat.best_at(results, point, candidates) for point in results.points]
    rows = []
    for policy in results.policies:
        ratios = sorted(row["ratio_of_means"] for (_, name), row in results.summary.items()
                        if name == policy and row["ratio_of_means"] is not None)  # fmt: skip
        wins = [sure for winner, sure in best if winner == policy]
        enough = [number(ratios[i]) for i in (0, len(ratios) // 2, -1)] if ratios else [Cell("")] * 3
        rows.append([Cell(policy), count(len(wins)), count(sum(wins)), count(len(ratios)), *enough])
    header = ["policy", "best at points", "significantly", "points", "least ratio", "median ratio", "largest ratio"]
    left_out = [policy for policy in results.policies if policy not in candidates]
    caption = ("Best: the least mean latency at a point; significantly: also by the corrected sign test against the next. "
               "Points: those with results. Ratio: mean latency over that of the optimum, over all points.")  # fmt: skip
    if left_out:
        caption += f" Without {', '.join(left_out)}, the optimum itself."
    return table_html(Table("glance", "At a glance", caption, "summary.csv", header, rows, len(rows)))


def table_html(table):
    head = "".join(f'<th scope="col"{" class=number" if numeric else ""}><button type="button">{escape(name)}</button></th>'
                   for name, numeric in zip(table.header, table.numeric))  # fmt: skip
    body = "".join("<tr>" + "".join(map(cell_html, row, table.numeric)) + "</tr>\n" for row in table.rows)
    tall = " tall" if len(table.rows) > 16 else ""
    rest = written_tables.rest_of(table)
    return (f'<p class="note">{escape(table.caption)}{" " + escape(rest) if rest else ""}</p>\n'
            f'<div class="scroll{tall}" tabindex="0" role="region" aria-label="{escape(table.title)}">'
            f'<table class="sorts" id="table-{table.name}"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>'
            "</div>\n")  # fmt: skip


def cell_html(cell, numeric):
    value = f' data-v="{cell.value!r}"' if cell.value is not None else ""
    kind = ' class="number"' if numeric else ""
    return f"<td{kind}{value}>{escape(cell.text)}</td>"


def tables(results):
    found = []
    for table in written_tables.tables_of(results):
        files = (f'<p class="note">Data: <a href="{table.source}">{table.source}</a>; to publish: '
                 f'<a href="tables/{table.name}.md">Markdown</a>, <a href="tables/{table.name}.tex">LaTeX</a>.</p>\n')  # fmt: skip
        found.append((table.name, table.title, table_html(table) + files))
    return found


def failures(results):
    if not results.failures:
        return ""
    rows = []
    for row in results.failures[:MOST_FAILURES]:
        where = results.where(row["point"]) if row["point"] in results.points else ""
        errors = row["stderr"][-LONGEST_ERRORS:]
        place = f'point {row["point"]}' + (f" ({where})" if where else "")
        rows.append(f'<tr><td class="wrap">{escape(place)}</td><td>{escape(row["policy"])}</td>'
                    f'<td class="number" data-v="{escape(row["replication"])}">{escape(row["replication"])}</td>'
                    f'<td>{escape(row["status"])}</td><td class="wrap">{escape(row["reason"])}</td>'
                    f"<td><pre>{escape(errors)}</pre></td></tr>\n")  # fmt: skip
    head = "".join(f'<th scope="col"><button type="button">{name}</button></th>'
                   for name in ("point", "policy", "replication", "status", "reason", "standard error"))  # fmt: skip
    rest = (f'<p class="note">The first {MOST_FAILURES} of {len(results.failures):,}; all are in '
            '<a href="failures.csv">failures.csv</a>.</p>\n' if len(results.failures) > MOST_FAILURES else "")  # fmt: skip
    return (f'{rest}<div class="scroll" tabindex="0" role="region" aria-label="Failures"><table class="sorts" '
            f'id="table-failures"><thead><tr>{head}</tr></thead>\n<tbody>\n{"".join(rows)}</tbody></table></div>\n')  # fmt: skip


def warm_up_note(results):
    ran = [cell for cell in results.cells if cell["status"] == "completed"]
    found = [cell for cell in ran if cell["mser5_tasks"]]
    if not found:
        return ""
    most = max(found, key=lambda cell: cell["mser5_tasks"])
    return (f"MSER-5 finds a warm-up in {len(found):,} of {len(ran):,} cells, the longest of "
            f"{int(most['mser5_tasks']):,} tasks (point {most['point']}, {most['policy']}). The column "
            "warmup_left_out of summary.csv says how many tasks statistics leave out.")  # fmt: skip


def notes(results):
    found = [*results.notes, precision_note(results), warm_up_note(results)]
    if results.sweep and not results.bandwidths and results.activities:
        found.append("No bandwidth moves in the tasks recorded in activities.csv: there is no figure of bandwidths.")
    if len(results.points) > len(results.shown) and results.shown:
        found.append(f"Figures of single points show {len(results.shown)} of {len(results.points):,}: the first, the "
                     "middle and the last with results.")  # fmt: skip
    lines = "".join(f"<li>{escape(note)}</li>" for note in found if note)
    return f"<ul>{lines}</ul>\n" if lines else ""


def inputs(results):
    parts = []
    for key in ("sweep", "scenario"):
        value = results.manifest.get(key)
        text = value.get("text") if isinstance(value, dict) else results.manifest.get(f"{key}_text")
        if isinstance(text, str) and text:
            shown = text[:LONGEST_TEXT] + ("\n[…]" if len(text) > LONGEST_TEXT else "")
            path = value.get("path") if isinstance(value, dict) else ""
            parts.append(f"<details open><summary>{key.capitalize()}{': ' + escape(path) if path else ''}</summary>"
                         f'<pre tabindex="0">{escape(shown)}</pre></details>\n')  # fmt: skip
    return "".join(parts)


def reproduce(results):
    manifest, lines = results.manifest, []
    shards = manifest.get("shards")
    for step in [*(shards if isinstance(shards, list) else []), manifest]:
        if isinstance(step, dict) and isinstance(step.get("command"), list):
            lines.append(command_of(step))
    lines.append("mecsim report .   # in the folder of this page")
    versions = manifest.get("versions")
    text = f'<pre tabindex="0">{escape(chr(10).join(lines))}</pre>\n'
    if isinstance(versions, dict):
        text += f'<p class="note">With {escape(plain_text(versions))}.</p>\n'
    if manifest:
        text += ('<details><summary>manifest.json</summary><pre tabindex="0">'
                 f"{escape(json.dumps(without_texts(manifest), indent=2, ensure_ascii=False)[:100_000])}</pre></details>\n")  # fmt: skip
    return text


def without_texts(value):
    """The manifest without what stands above or in a table, and with long lists cut."""
    if isinstance(value, dict):
        return {key: without_texts(each) for key, each in value.items() if key not in ("text", "cells", "points")}
    if isinstance(value, list) and len(value) > 50:
        return [*map(without_texts, value[:50]), f"... {len(value) - 50} more"]
    return list(map(without_texts, value)) if isinstance(value, list) else value
