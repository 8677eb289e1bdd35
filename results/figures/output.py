"""Draws figures into files: PNG, SVG, PDF and the CSV of what is shown; each whole or not at all, and the
same bytes from the same data."""

import csv
import io
import os
import re
import warnings

from figures import style

ENDINGS = ["png", "svg", "pdf"]
MOST_WORKERS = 4


class Figure:
    """What report.py knows of a figure. `draw` returns a matplotlib figure; `header` and `rows` are the data
    that it shows; the caption says how to read it."""

    def __init__(self, name, title, caption, draw, header, rows):
        self.name, self.title, self.caption = name, title, caption
        self.draw, self.header, self.rows = draw, header, rows


def smaller(svg):
    """The same picture in fewer bytes: without indentation and comments, coordinates to a hundredth of a
    point, short names of glyphs."""
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\n\s+", "\n", svg)
    svg = re.sub(r"(?<![\d.])([1-9]\d*\.\d\d)\d+", r"\1", svg)
    return svg.replace("DejaVuSans-", "g")


def pictures(figure):
    """{ending: bytes} of a figure."""
    from matplotlib import pyplot

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a font without some letter, labels that leave no room
        drawn = figure.draw()
        found = {}
        for ending, metadata in (("png", {"Software": None}), ("svg", {"Date": None}),
                                 ("pdf", {"CreationDate": None, "Producer": None, "Creator": None})):  # fmt: skip
            picture = io.BytesIO()
            drawn.savefig(picture, format=ending, metadata=metadata, dpi=style.dots_per_inch())
            found[ending] = picture.getvalue()
            drawn.set_layout_engine("none")  # arranged once, for all three
        pyplot.close(drawn)
    found["svg"] = smaller(found["svg"].decode()).encode()
    return found


def field(value):
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else value


def csv_text(header, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([field(value) for value in row] for row in rows)
    return text.getvalue()


def write(path, content):
    """The file as a whole: it has its name once it is complete."""
    content = content.encode() if isinstance(content, str) else content
    part = path + ".part"
    try:
        with open(part, "wb") as file:
            file.write(content)
        os.replace(part, path)
    except OSError as error:
        if os.path.isfile(part) and not os.path.islink(part):
            os.remove(part)
        raise OSError(error.errno, error.strerror, path) from None


DRAWN = []  # the figures that processes forked from this one draw


def draw_number(index):
    return pictures(DRAWN[index])


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def draw_all(figures):
    """The pictures of every figure, in order, drawn by as many processes as there are cores."""
    from concurrent import futures
    import multiprocessing

    workers = min(MOST_WORKERS, cores(), len(figures))
    if workers > 1:
        DRAWN[:] = figures
        try:
            context = multiprocessing.get_context("fork")
            with futures.ProcessPoolExecutor(workers, mp_context=context) as pool:
                return list(pool.map(draw_number, range(len(figures))))
        except (ImportError, futures.process.BrokenProcessPool, PermissionError):
            pass  # no semaphores here, or a process was killed: one after the other then
    return [pictures(figure) for figure in figures]


# kReportNames of report.cpp says the same.
OURS = re.compile(r"(comparison|deployment|decisions|curves|ecdf|axis|heat|trade-off|pairs|gantt|bandwidth|summary)"
                  r".*\.(png|svg|pdf|csv|md|tex)")  # fmt: skip


def remove_outdated(folder, written):
    """Files of an earlier report that this one has not written anew; nobody else's."""
    for name in sorted(os.listdir(folder)):
        if OURS.fullmatch(name) and name not in written and os.path.isfile(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))
