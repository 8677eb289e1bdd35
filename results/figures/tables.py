"""Reads the CSV files of a results directory; every mistake in them is told with its line."""

import csv
import math


class NothingToDraw(Exception):
    """The user's fault: the message names the file and what is wrong with it."""


def number(row, column, low=-math.inf):
    """The field as a finite float of at least `low`, or None where it is empty."""
    text = row[column].strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise NothingToDraw(f'line {row["line"]}: {column} "{text}" is not a number')
    if value < low:
        raise NothingToDraw(f'line {row["line"]}: {column} {text} is less than {low:g}')
    return value


def read_rows(path, needed):
    """The rows as dictionaries; each knows its line."""
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, strict=True)
        if not reader.fieldnames:
            raise NothingToDraw("the file is empty")
        missing = [name for name in needed if name not in reader.fieldnames]
        if missing:
            name = path.replace("\\", "/").rsplit("/", 1)[-1]
            raise NothingToDraw(f"line 1: no column {', '.join(missing)}; is this a {name}?")
        rows = []
        for row in reader:
            row["line"] = reader.line_num
            if None in row or None in row.values():
                fields = sum(row[name] is not None for name in reader.fieldnames)
                raise NothingToDraw(
                    f"line {reader.line_num}: {fields if None not in row else 'too many'} fields, "
                    f"expected {len(reader.fieldnames)}; is the file cut short?"
                )
            rows.append(row)
    return rows


def load(path, needed, numbers, check=None, hint=""):
    """The rows of a file that has the columns `needed`, those in `numbers` parsed; `check` may look at
    the rows and raise NothingToDraw. Messages are given the file's path."""
    try:
        rows = read_rows(path, needed)
        for row in rows:
            for column in numbers:
                row[column] = number(row, column)
        if check:
            check(rows)
    except FileNotFoundError:
        raise NothingToDraw(f"{path}: not found{hint}") from None
    except OSError as error:
        raise NothingToDraw(f"{path}: {error.strerror}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise NothingToDraw(f"{path}: not a CSV file: {error}") from None
    except NothingToDraw as error:
        raise NothingToDraw(f"{path}: {error}") from None
    return rows


def load_published(path):
    """published.csv as (quantity -> policy -> value, sources)."""
    def check(rows):
        for row in rows:
            if row["quantity"] not in ("latency", "decision_time"):
                raise NothingToDraw(f'line {row["line"]}: quantity "{row["quantity"]}" is neither latency nor '
                                    "decision_time")  # fmt: skip
            if row["value"] is None or row["value"] <= 0:
                raise NothingToDraw(f'line {row["line"]}: value: expected a number above 0')

    rows = load(path, ["quantity", "policy", "value", "source"], ["value"], check)
    values = {"latency": {}, "decision_time": {}}
    for row in rows:
        values[row["quantity"]][row["policy"]] = row["value"]
    return values, sorted({row["source"] for row in rows if row["source"]})


def base_name(policy):
    """"kd-dil(head=plan at=edge)" is a kd-dil."""
    return policy.split("(", 1)[0]
