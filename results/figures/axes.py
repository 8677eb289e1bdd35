"""The axes of a sweep: what is varied, in which unit, and which points differ in one axis only."""

from figures import units
from figures.style import short

SUFFIXES = {"_Hz": "Hz", "_Bps": "B/s", "_bytes": "B", "_cycles": "cycles", "_s": "s", "_W": "W", "_J": "J",
            "_per_s": "1/s"}  # fmt: skip


class Axis:
    """A column of the sweep: numbers in SI units, or words."""

    def __init__(self, index, name, key, unit, values):
        self.index, self.name, self.unit = index, name, units.symbol(unit)
        self.values = list(dict.fromkeys(values))  # as they stand in the files, in their order
        self.numbers = [as_number(value) for value in self.values]
        self.numeric = None not in self.numbers
        bare = name[: -len(suffix_of(name))] if unit and suffix_of(name) else name
        self.label = key if key and bare == key.replace(".", "_") else bare

    def text(self, value):
        number = as_number(value) if self.numeric else None
        return short(value) if number is None else units.text(number, self.unit)

    def position(self, value):
        return self.values.index(value)


def as_number(text):
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def suffix_of(name):
    return max((suffix for suffix in SUFFIXES if name.endswith(suffix)), key=len, default="")


def describe(names, manifest, points):
    """An Axis for each of the columns; units come from the manifest, or from the names of the columns."""
    known = {}
    columns = manifest.get("columns")
    for column in columns if isinstance(columns, list) else []:
        if isinstance(column, dict):
            known[column.get("name")] = column
    axes = []
    for index, name in enumerate(names):
        column = known.get(name, {})
        unit = column.get("unit") if name in known else SUFFIXES.get(suffix_of(name), "")
        axes.append(Axis(index, name, column.get("key") or "", unit or "", [point[index] for point in points]))
        if column.get("numeric") is False:
            axes[-1].numeric = False
    return axes


def independent(axes, points):
    """The axes that vary, without those that only repeat another one, as zipped axes do."""
    found = []
    for axis in axes:
        if len(axis.values) > 1 and not any(zipped(axis, other, points) for other in found):
            found.append(axis)
    return found


def zipped(axis, other, points):
    pairs = {(fields[axis.index], fields[other.index]) for fields in points.values()}
    return len(pairs) == len(axis.values) == len(other.values)


def slices(free, axes, points):
    """The points that differ in the axes `free` alone: {values of `free`: point}, and the values of the other
    axes as {axis: value}. Of several such sets that with the most points, the first among equals: in a full
    grid that where all others have their first value."""
    fixed = [axis for axis in axes if axis not in free]
    sets = {}
    for point, fields in points.items():
        key = tuple(fields[axis.index] for axis in fixed)
        sets.setdefault(key, {})[tuple(fields[axis.index] for axis in free)] = point
    key = max(sets, key=lambda each: len(sets[each]))
    return sets[key], dict(zip(fixed, key))


def fixed_text(fixed):
    return ", ".join(f"{axis.label} = {axis.text(value)}" for axis, value in fixed.items())


def evenly(values, most):
    """At most `most` of the values, among them the first and the last."""
    if len(values) <= most:
        return list(values)
    return [values[round(i * (len(values) - 1) / (most - 1))] for i in range(most)]
