"use strict";
// Tables sort by a click on a column's head: numbers by value, words as people order them, nothing last.
for (const table of document.querySelectorAll("table.sorts")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => sort(table, heads, column));
  });
}

function sort(table, heads, column) {
  const head = heads[column];
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of heads) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const keyed = [...body.rows].map((row) => [key(row.cells[column]), row]);
  const order = new Intl.Collator("en", { numeric: true }).compare;
  keyed.sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    const sign = typeof a === "number" && typeof b === "number" ? a - b : order(String(a), String(b));
    return down ? -sign : sign;
  });
  body.append(...keyed.map(([, row]) => row));
}

function key(cell) {
  if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
  return cell.textContent.trim() === "" ? null : cell.textContent.trim();
}
