// The tools of a table of answers: sort by a heading, filter rows, hide columns, copy what is shown. A row of evidence goes
// with the row above it.
import { copy, makeButton } from "./copying.js";

export function equip(table) {
  const body = table.tBodies[0];
  if (!body || table.tBodies.length > 1 || body.rows.length < 2) return;
  const heads = [...table.tHead.rows[0].cells];
  const rows = gather(body);
  const scroll = table.closest(".scroll");
  const kept = scroll.previousElementSibling;
  const tools = kept?.matches(".tools") ? kept : document.createElement("div");
  tools.className = "tools";

  const label = document.createElement("label");
  label.textContent = "Filter rows ";
  const filter = document.createElement("input");
  filter.type = "search";
  filter.autocomplete = "off";
  label.append(filter);
  const told = document.createElement("span");
  told.className = "quiet";
  told.setAttribute("role", "status");
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.text.includes(word));
      shown += fits;
      for (const line of row.lines) line.hidden = !fits;
    }
    told.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
  });

  const choice = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "Columns";
  const list = document.createElement("div");
  list.className = "choice";
  choice.append(summary, list);
  heads.forEach((head, place) => {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    const named = document.createElement("label");
    named.append(box, ` ${head.textContent}`);
    list.append(named);
    box.addEventListener("change", () => {
      head.hidden = !box.checked;
      for (const row of rows) row.lines[0].cells[place].hidden = !box.checked;
    });
  });

  const copier = makeButton("Copy table");
  copier.addEventListener("click", () => copy(copier, writeTable(heads, rows)));
  tools.append(label, told, choice, copier);
  if (tools !== kept) scroll.before(tools);
  heads.forEach((head, place) => addSorting(head, place, heads, rows, body));
}

function gather(body) {
  const rows = [];
  for (const line of body.rows) {
    if (line.classList.contains("evidence")) rows.at(-1).lines.push(line);
    else rows.push({ lines: [line], text: line.textContent.toLowerCase(), place: rows.length });
  }
  return rows;
}

function addSorting(head, place, heads, rows, body) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const read = (row) => row.lines[0].cells[place].textContent.trim();
    const numeric = rows.every((row) => /^-?\d*(\.\d+)?$/.test(read(row)));
    const sign = order === "ascending" ? 1 : -1;
    const sorted = [...rows].sort((one, other) => {
      const [a, b] = [read(one), read(other)];
      if (!a || !b) return a === b ? one.place - other.place : a ? -1 : 1; // what is empty comes last
      return sign * (numeric ? Number(a) - Number(b) : a.localeCompare(b, "en")) || one.place - other.place;
    });
    body.append(...sorted.flatMap((row) => row.lines));
  });
}

function writeTable(heads, rows) {
  const shown = heads.map((head) => !head.hidden);
  const write = (cells) => [...cells].filter((_, place) => shown[place]).map((cell) => cell.textContent.trim().replace(/\s+/g, " ")).join("\t");
  const lines = [...heads[0].closest("tbody, thead").parentElement.tBodies[0].rows].filter((line) => !line.hidden && !line.classList.contains("evidence"));
  return [write(heads), ...lines.map((line) => write(line.cells))].join("\n");
}
