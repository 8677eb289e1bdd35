#!/usr/bin/env python3
"""Writes figures, tables and a page about the results in DIR, a run's or a sweep's, from its CSV files and
manifest.json and from nothing else:

  figures/NAME.png, .svg, .pdf, and .csv, the data of the figure
  tables/NAME.md, .tex
  report.html, all of it in one file

Exit code 0; 2 with a message when there is nothing to draw or a file is faulty: then nothing is
written; 1 when something cannot be written. The same files give the same bytes.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True  # the folder of this script is the user's source tree

from figures import output, page, plan, style, tables, written_tables  # noqa: E402


def parse(arguments):
    parser = argparse.ArgumentParser(prog="report.py", description="figures, tables and a page of DIR")
    parser.add_argument("--style", metavar="FILE", help="a style of matplotlib: a file, or a name")
    parser.add_argument("directory", metavar="DIR")
    return parser.parse_args(arguments)


def write_all(results, figures):
    """The page comes last, so that what it shows is there."""
    directory = results.directory
    pictures = output.draw_all(figures)
    to_publish = written_tables.plan(results)
    html = page.html(results, figures, pictures)
    files = {"figures": [], "tables": to_publish}
    for figure, drawn in zip(figures, pictures):
        drawn["csv"] = output.csv_text(figure.header, figure.rows)
        files["figures"] += [(f"{figure.name}.{ending}", content) for ending, content in drawn.items()]
    for folder, contents in files.items():
        path = os.path.join(directory, folder)
        os.makedirs(path, exist_ok=True)
        for name, content in contents:
            output.write(os.path.join(path, name), content)
        output.remove_outdated(path, {name for name, _ in contents})
    output.write(os.path.join(directory, "report.html"), html)
    endings = "{" + ",".join([*output.ENDINGS, "csv"]) + "}"
    names = [os.path.join("figures", f"{figure.name}.{endings}") for figure in figures]
    names += [os.path.join("tables", name) for name, _ in to_publish] + ["report.html"]
    announce([f"wrote {os.path.join(directory, name)}" for name in names])


def announce(lines):
    """All is written by now: that nobody reads on (`mecsim report DIR | head`) is no failure."""
    try:
        print("\n".join(lines), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor is what Python flushes when it ends


def main(arguments):
    options = parse(arguments)
    try:
        results, figures = plan.read(options.directory)
        style.set_up(options.style)
        write_all(results, figures)
    except (tables.NothingToDraw, style.StyleError) as problem:
        print(f"report: {problem}", file=sys.stderr)
        return 2
    except ImportError as error:
        print(f"report: {sys.executable}: {error}: apt install python3-matplotlib, or name another interpreter in "
              "MECSIM_PYTHON", file=sys.stderr)  # fmt: skip
        return 2
    except OSError as error:
        place = error.filename or options.directory
        print(f"report: cannot write {place}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("report: interrupted", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
