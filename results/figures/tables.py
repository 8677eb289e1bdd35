"""Reads the CSV files of a results directory; every mistake in them is told with its line."""

import csv
import math


class NothingToDraw(Exception):
    """The user's fault: the message names the file and what is wrong with it."""


def number(row, column):
    """The field as a finite float, or None where it is empty."""
    return parse(row[column], column, row["line"])


def parse(text, column, line):
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        if not text.strip():
            return None
        raise NothingToDraw(f'line {line}: {column} "{text}" is not a number')
    return value


def columns_at(path, header, needed):
    missing = [name for name in needed if name not in header]
    if missing:
        name = path.replace("\\", "/").rsplit("/", 1)[-1]
        raise NothingToDraw(f"line 1: no column {', '.join(missing)}; is this a {name}?")
    return [header.index(name) for name in needed]


def fields_message(line, fields, expected):
    count = "too many" if fields > expected else fields
    return f"line {line}: {count} fields, expected {expected}; is the file cut short?"


def read_rows(path, needed):
    """The rows as dictionaries; each knows its line."""
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, None)
        if not header:
            raise NothingToDraw("the file is empty")
        columns_at(path, header, needed)
        rows = []
        for fields in reader:
            if not fields:
                continue  # an empty line
            if len(fields) != len(header):
                raise NothingToDraw(fields_message(reader.line_num, len(fields), len(header)))
            row = dict(zip(header, fields))
            row["line"] = reader.line_num
            rows.append(row)
    check_end(path, reader.line_num)
    return rows


def check_end(path, line):
    """Fields may all be there though the last of them is cut short."""
    with open(path, "rb") as file:
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            raise NothingToDraw(f"line {line}: no end of line; is the file cut short?")


def explained(path, read, hint=""):
    """What `read` returns; what goes wrong in it is told with the file's path."""
    try:
        return read()
    except FileNotFoundError:
        raise NothingToDraw(f"{path}: not found{hint}") from None
    except OSError as error:
        raise NothingToDraw(f"{path}: {error.strerror}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise NothingToDraw(f"{path}: not a CSV file: {error}") from None
    except NothingToDraw as error:
        raise NothingToDraw(f"{path}: {error}") from None


def load(path, needed, numbers, check=None, hint=""):
    """The rows of a file that has the columns `needed`, those in `numbers` parsed; `check` may look at
    the rows and raise NothingToDraw. Messages are given the file's path."""
    def read():
        rows = read_rows(path, needed)
        for row in rows:
            for column in numbers:
                row[column] = number(row, column)
        if check:
            check(rows)
        return rows

    return explained(path, read, hint)


def scan(path, needed, keep=None):
    """The columns `needed` of a file that may have millions of rows, as lists, each row with its line at the
    end; only rows whose first needed column is in `keep`, if that is given. And how many rows there are."""
    def read():
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, None)
            if not header:
                raise NothingToDraw("the file is empty")
            at = columns_at(path, header, needed)
            width, first, rows, total = len(header), at[0], [], 0
            for row in reader:
                if not row:
                    continue
                if len(row) != width:
                    raise NothingToDraw(fields_message(reader.line_num, len(row), width))
                total += 1
                if keep is None or row[first] in keep:
                    rows.append([row[i] for i in at] + [reader.line_num])
        check_end(path, reader.line_num)
        return rows, total

    return explained(path, read)


def header_of(path):
    def read():
        with open(path, newline="", encoding="utf-8") as file:
            return next(csv.reader(file, strict=True), [])

    return explained(path, read)


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
