"""Numbers in SI units as people write them: 1 MB/s, 2.5 GHz, 30 ms."""

import math

LARGE = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, "")]
SMALL = [(1.0, ""), (1e-3, "m"), (1e-6, "\u00b5"), (1e-9, "n")]
PREFIXES = {"Hz": LARGE, "B/s": LARGE, "B": LARGE, "cycles": LARGE, "s": SMALL, "W": LARGE + SMALL[1:],
            "J": LARGE + SMALL[1:]}  # fmt: skip
SPELLINGS = {"Bps": "B/s", "bytes": "B", "per_s": "1/s"}  # of units in the names of CSV columns


def symbol(unit):
    return SPELLINGS.get(unit, unit)


def scale(unit, values):
    """(size, symbol) of the multiple of the unit in which the largest of the values is at least 1."""
    unit = symbol(unit)
    largest = max([abs(value) for value in values if value is not None] or [0.0])
    prefixes = PREFIXES.get(unit, [(1.0, "")])
    if largest == 0.0 or not math.isfinite(largest):
        return 1.0, unit
    size, prefix = next((entry for entry in prefixes if largest >= entry[0] * 0.9995), prefixes[-1])
    return size, prefix + unit


def text(value, unit):
    """"1.5 MB/s" of 1500000 and "B/s"."""
    size, name = scale(unit, [value])
    return f"{value / size:.6g}" + (f" {name}" if name else "")


def label(name, unit):
    return f"{name} [{unit}]" if unit else name
