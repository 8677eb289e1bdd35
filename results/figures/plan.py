"""All figures that a directory has the data for."""

from figures import axis, bandwidth, comparison, curves, decisions, deployment, ecdf, gantt, heat, pairs, source, tradeoff
from figures.tables import NothingToDraw

OF_RESULTS = [axis, heat, comparison, deployment, ecdf, tradeoff, pairs, gantt, bandwidth]
OF_FILES = [decisions, curves]  # that need no summary.csv


def read(directory):
    """(results, figures). Everything is read and checked here; nothing is drawn yet."""
    results = source.load(directory)
    figures = [figure for module in OF_RESULTS for figure in module.plan(results)] if results.rows else []
    figures += [figure for module in OF_FILES for figure in module.plan(results)]
    if not figures:
        raise NothingToDraw(f"{results.path('summary.csv')}: not found; `mecsim run --out DIR` or `mecsim sweep "
                            "--out DIR` writes it")  # fmt: skip
    return results, figures
