"""Tables to publish: of a summary and of comparisons, as Markdown, as LaTeX (booktabs) and for the page."""

import re

MOST_ROWS = 500
LONG_TABLE_FROM = 40  # rows that fit a page


class Cell:
    """What is shown, and the number that it is sorted by."""

    __slots__ = ("text", "value")

    def __init__(self, text, value=None):
        self.text, self.value = text, value


class Table:
    """`rows` holds the first MOST_ROWS of `total`; all are in the file `source`."""

    def __init__(self, name, title, caption, source, header, rows, total):
        self.name, self.title, self.caption, self.source = name, title, caption, source
        self.header, self.rows, self.total = header, rows, total
        self.numeric = [any(row[i].value is not None for row in rows) for i in range(len(header))]


def number(value, digits=4):
    if value is None:
        return Cell("")
    if 10**digits <= abs(value) < 1e5:
        return Cell(f"{value:.0f}", value)
    return Cell(f"{value:#.{digits}g}".rstrip(".") if abs(value) < 1e5 else f"{value:.{digits - 1}e}", value)


def count(value):
    return Cell("" if value is None else f"{int(value):,}", value)


def interval(row, name, low, high):
    cell = number(row[name])
    if None not in (row[name], row[low], row[high]):
        cell.text += f" [{number(row[low]).text}, {number(row[high]).text}]"
    return cell


def axis_cells(results, point):
    return [Cell(axis.text(value), axis.numbers[axis.position(value)] if axis.numeric else None)
            for axis, value in zip(results.axes, results.points[point])]  # fmt: skip


def summary(results):
    header = [*(axis.label for axis in results.axes), "policy", "completed", "mean latency [s]", "ratio of means",
              "mean of ratios", "median ratio", "95th percentile", "median decision [ns]", "status"]  # fmt: skip
    rows = []
    for row in results.rows[:MOST_ROWS]:
        rows.append([
            *axis_cells(results, row["point"]), Cell(row["label"]), count(row["completed"]),
            interval(row, "mean_latency_s", "mean_latency_lo_s", "mean_latency_hi_s"),
            interval(row, "ratio_of_means", "ratio_of_means_lo", "ratio_of_means_hi"),
            number(row["mean_of_ratios"]), number(row["median_ratio"]), number(row["p95_ratio"]),
            number(row["decision_median_ns"], 3), Cell(row["status"]),
        ])  # fmt: skip
    caption = ("Latency and latency over the optimum (1 = optimal), with 95 % intervals in brackets; the time of a "
               "decision is measured.")  # fmt: skip
    return Table("summary", "Summary", caption, "summary.csv", header, rows, len(results.rows))


def comparisons(results):
    header = [*(axis.label for axis in results.axes), "policy", "other", "ratio of means", "wins", "ties", "losses",
              "p (Holm)", "significant"]  # fmt: skip
    rows = []
    for point in results.points:
        for (policy, other), found in results.comparisons.get(point, {}).items():
            if len(rows) == MOST_ROWS:
                break
            ratio = interval({"r": found.ratio, "lo": found.low, "hi": found.high}, "r", "lo", "hi")
            rows.append([*axis_cells(results, point), Cell(policy), Cell(other), ratio, count(found.wins),
                         count(found.ties), count(found.losses), number(found.corrected, 2),
                         Cell("yes" if found.significant else "no")])  # fmt: skip
    caption = ("Mean latency of the policy over that of the other on the same tasks, with its 95 % interval; in how "
               "many units the policy is faster (wins); p of the sign test, corrected over the pairs.")  # fmt: skip
    return Table("comparisons", "Comparisons", caption, "comparisons.csv", header, rows, results.compared)


SAID_ONCE = {"completed", "status", "ties", "significant"}  # in the caption, where all rows have the same; and axes


def tables_of(results):
    """Those that are not empty."""
    found = [summary(results)] if results.rows else []
    found += [comparisons(results)] if results.comparisons else []
    return [without_constants(table, len(results.axes)) for table in found if table.rows]


def without_constants(table, axes):
    """The table without columns that say nothing, the first `axes` of them among those looked at: what all rows
    have in common is in the caption then."""
    if not 1 < len(table.rows) == table.total:
        return table
    kept, same, empty = [], [], []
    for i, name in enumerate(table.header):
        texts = {row[i].text for row in table.rows}
        if texts == {""}:
            empty.append(name)
        elif len(texts) == 1 and (i < axes or name in SAID_ONCE):
            same.append(f"{name} {table.rows[0][i].text}")
        else:
            kept.append(i)
    caption = table.caption
    caption += f" In all rows: {', '.join(same)}." if same else ""
    caption += f" Unknown: {', '.join(empty)}." if empty else ""
    return Table(table.name, table.title, caption, table.source, [table.header[i] for i in kept],
                 [[row[i] for i in kept] for row in table.rows], table.total)  # fmt: skip


def plan(results):
    """[(file name, content)]."""
    found = tables_of(results)
    return [(f"{table.name}.{ending}", form(table))
            for table in found for ending, form in (("md", markdown), ("tex", latex))]  # fmt: skip


def rest_of(table):
    if table.total <= len(table.rows):
        return ""
    return f"The first {len(table.rows):,} of {table.total:,} rows; all are in {table.source}."


MARKDOWN_SPECIAL = "\\`*_{}[]<>#|~$!&"


def markdown_text(text):
    return "".join("\\" + c if c in MARKDOWN_SPECIAL else c for c in " ".join(text.split()))


def markdown(table):
    """Brackets of intervals need no escape: they are followed by no parenthesis."""
    def line(cells):
        return "| " + " | ".join(cells) + " |"

    lines = [line([markdown_text(name) for name in table.header]),
             line(["---:" if numeric else "---" for numeric in table.numeric])]  # fmt: skip
    for row in table.rows:
        lines.append(line([cell.text if cell.value is not None else markdown_text(cell.text) for cell in row]))
    rest = rest_of(table)
    return "\n".join([*lines, "", table.caption] + (["", rest] if rest else [])) + "\n"


LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", "`": r"\textasciigrave{}", "'": r"\textquotesingle{}",
    '"': r"\textquotesingle{}\textquotesingle{}",  # \textquotedbl is an error in LaTeX's default encoding, OT1
    "\u00b5": r"\textmu{}", "\u2026": r"\dots{}",
    "\u00b2": r"\textsuperscript{2}", "\u00b3": r"\textsuperscript{3}", "\u2079": r"\textsuperscript{9}",
    "\u00b9": r"\textsuperscript{1}",
}  # fmt: skip


def latex_text(text):
    """No ligatures; a bracket that starts a row would be an option of the line break before it."""
    text = "".join(LATEX.get(c, c) for c in " ".join(text.split()))
    text = re.sub(r"([-,])(?=\1)", r"\1{}", text)
    return "{}" + text if text.startswith("[") else text


def two_lines(name):
    """A heading broken at the space next to its middle; one word is the second line."""
    spaces = [i for i, letter in enumerate(name) if letter == " "]
    at = min(spaces, key=lambda i: abs(i - len(name) / 2), default=-1)
    return (name[:at], name[at + 1 :]) if spaces else ("", name)


def latex_rows(table):
    head = list(zip(*map(two_lines, table.header)))
    lines = [[latex_text(text) for text in texts] for texts in head if any(texts)]
    return [r"\toprule", *(" & ".join(line) + r" \\" for line in lines), r"\midrule"], [
        " & ".join(latex_text(cell.text) for cell in row) + r" \\" for row in table.rows
    ]


# Shrunk to the width of the text where it is wider.
SHORT = (r"\par\noindent\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}"
         r"{\setlength{\tabcolsep}{4pt}%", "}")  # fmt: skip
# Nothing shrinks a longtable; one that is wider than the text runs into both margins alike.
LONG = (r"\begingroup\scriptsize\setlength{\tabcolsep}{3pt}\setlength{\LTleft}{0pt plus 1fil minus 1fil}"
        r"\setlength{\LTright}{\LTleft}", r"\endgroup")  # fmt: skip


def latex(table):
    """A tabular, or a longtable where a page is too short for it."""
    long = len(table.rows) > LONG_TABLE_FROM
    columns = "".join("r" if numeric else "l" for numeric in table.numeric)
    environment, package, (first, last) = ("longtable", "longtable", LONG) if long else ("tabular", "graphicx", SHORT)
    rest = rest_of(table)
    said = [f"% needs booktabs, {package}, textcomp. {table.caption}".replace("\n", " ")]
    said += [f"% {rest}"] if rest else []
    head, body = latex_rows(table)
    head += [r"\endhead"] if long else []
    return "\n".join([*said, first, rf"\begin{{{environment}}}{{{columns}}}", *head, *body, r"\bottomrule",
                      rf"\end{{{environment}}}" + ("" if long else "%"), last]) + "\n"  # fmt: skip
