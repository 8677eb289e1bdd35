"""report.html: all of a report in one file that needs no network and runs under a strict content policy."""

import base64
import hashlib
import os
import re

from figures import page_parts
from figures.page_parts import escape

LARGEST_SVG = 250_000  # bytes; beyond, PNG is smaller
BUDGET = 3_600_000  # bytes of all pictures, in base64
HERE = os.path.dirname(os.path.abspath(__file__))


def own_file(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def chosen_pictures(pictures):
    """[(media type, bytes)]: SVG, which is sharp at any size, unless it or all together are too large."""
    chosen = ["svg" if len(each["svg"]) <= LARGEST_SVG else "png" for each in pictures]
    by_size = sorted(range(len(pictures)), key=lambda i: -len(pictures[i]["svg"]))
    for i in by_size:
        if sum(len(each[kind]) for each, kind in zip(pictures, chosen)) * 4 / 3 <= BUDGET:
            break
        if len(pictures[i]["png"]) < len(pictures[i]["svg"]):
            chosen[i] = "png"
    return [("image/svg+xml" if kind == "svg" else "image/png", each[kind], size_of(each["svg"]))
            for each, kind in zip(pictures, chosen)]  # fmt: skip


def size_of(svg):
    """Width and height in pixels of a page, from the points that the drawing names."""
    found = re.search(rb'<svg [^>]*?width="([\d.]+)pt" height="([\d.]+)pt"|height="([\d.]+)pt"[^>]*?width="([\d.]+)pt"',
                      svg)  # fmt: skip
    width, height = (found[1] or found[4], found[2] or found[3]) if found else (720, 360)
    return round(float(width) * 4 / 3), round(float(height) * 4 / 3)


def figure_html(figure, picture):
    kind, content, (width, height) = picture
    name = escape(figure.name)
    links = ", ".join(f'<a href="figures/{name}.{ending}">{ending.upper()}</a>' for ending in ("png", "svg", "pdf"))
    return (f'<figure id="figure-{name}"><h3>{escape(figure.title)}</h3>\n'
            f'<div class="plot" tabindex="0" role="region" aria-label="{escape(figure.title)}">'
            f'<img alt="{escape(figure.title)}" width="{width}" height="{height}" src="data:{kind};base64,{base64.b64encode(content).decode()}"></div>\n'
            f'<figcaption>{escape(figure.caption)} Data: <a href="figures/{name}.csv">{name}.csv</a>. As a file: '
            f"{links}.</figcaption></figure>\n")  # fmt: skip


def sections(results, figures, pictures):
    """[(id, title, content)], those with content."""
    drawn = "".join(map(figure_html, figures, chosen_pictures(pictures)))
    found = [("what", "What was run", page_parts.facts(results)),
             ("glance", "At a glance", page_parts.glance(results)),
             ("figures", "Figures", drawn),
             *page_parts.tables(results),
             ("failures", "Failures", page_parts.failures(results)),
             ("notes", "Notes", page_parts.notes(results)),
             ("inputs", "Sweep and scenario" if results.sweep else "Scenario", page_parts.inputs(results)),
             ("reproduce", "Reproduce", page_parts.reproduce(results))]  # fmt: skip
    return [section for section in found if section[2]]


def html(results, figures, pictures):
    style, script = own_file("page.css"), own_file("page.js")
    policy = (f"default-src 'none'; img-src data:; style-src {digest(style)}; script-src {digest(script)}; "
              "base-uri 'none'; form-action 'none'")  # fmt: skip
    found = sections(results, figures, pictures)
    title = page_parts.title(results)
    links = "".join(f'<li><a href="#{name}">{heading}</a></li>' for name, heading, _ in found)
    body = "".join(f'<section id="{name}"><h2>{heading}</h2>\n{content}</section>\n' for name, heading, content in found)
    return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<link rel="icon" href="data:,">\n'
            f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<header><h1>{title}</h1>\n"
            f"{page_parts.lead(results)}<nav aria-label=\"Sections\"><ul>{links}</ul></nav></header>\n<main>\n{body}</main>\n"
            f"<script>{script}</script>\n</body>\n</html>\n")  # fmt: skip
