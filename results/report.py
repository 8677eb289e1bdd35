#!/usr/bin/env python3
"""Draws the figures of DIR, each as PNG and SVG, from its CSV files and from nothing else:

  comparison  latency over the optimum and decision time (summary.csv, published.csv)
  deployment  where policies decide (summary.csv, where policies have a parameter `at`)
  decisions   what deciding takes (decisions.csv, published.csv)
  curves      how policies learned (*.curve.csv)

Exit code 0; 2 with a message when there is nothing to draw or a file is faulty: then nothing is
drawn. The same files give the same SVG, byte for byte.
"""

import os
import sys

sys.dont_write_bytecode = True  # the folder of this script is the user's source tree

from figures import comparison, curves, decisions, deployment, style, tables  # noqa: E402


def plan(directory):
    """Reads all there is and returns (name, function that draws it) of every figure. A directory without
    any table is told that summary.csv is missing."""
    def path(name):
        return os.path.join(directory, name)

    published, sources = {}, []
    if os.path.exists(path("published.csv")):
        published, sources = tables.load_published(path("published.csv"))
    measured = decisions.load(path("decisions.csv")) if os.path.exists(path("decisions.csv")) else []
    learned = curves.load(directory)
    figures = []
    if os.path.exists(path("summary.csv")) or not (measured or learned):
        rows = comparison.load(path("summary.csv"))
        figures.append(("comparison", lambda: comparison.draw(rows, published, sources)))
        deployed = deployment.load(path("summary.csv"))
        if deployed:
            figures.append(("deployment", lambda: deployment.draw(*deployed)))
    if measured:
        figures.append(("decisions", lambda: decisions.draw(measured, published, sources)))
    if learned:
        figures.append(("curves", lambda: curves.draw(learned)))
    return figures


def main(arguments):
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if len(arguments) != 1:
        print("usage: report.py [--] DIR", file=sys.stderr)
        return 2
    directory = arguments[0]
    try:
        figures = plan(directory)
    except tables.NothingToDraw as problem:
        print(f"report: {problem}", file=sys.stderr)
        return 2
    style.set_up()
    try:
        for name, draw in figures:
            style.save(draw(), directory, name)
    except OSError as error:
        print(f"report: cannot write {error.filename or directory}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
