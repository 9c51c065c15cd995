// Rows of time: solid where a state of affairs is certain, dashed where it is only possible, thin where it is not held.
import * as Plot from "@observablehq/plot";

const DAY = 86400000;
const BRIEF = 21 * DAY; // what is shorter is drawn as a point
const MOST = 18; // rows of one piece
const REACH = 150 * DAY; // how far an open end is drawn

export function drawSpans({ spans, open }, canvas) {
  const room = Math.max((canvas.clientWidth || 0) - 24, 280);
  const narrow = room < 700; // names stand above the bars and not beside them
  const known = spans.flatMap((span) => [span.from, span.by, span.until, span.last]).filter(Boolean).map(toTime);
  const pad = 120 * DAY;
  const domain = [new Date(Math.min(...known) - pad), new Date(Math.max(...known) + pad)];
  const chunks = split(layRows(spans, domain, open));
  const height = narrow ? 40 : 24;
  const names = narrow ? 8 : room > 1000 ? 350 : 250;
  const letters = Math.floor((narrow ? room : names) / 6.6);
  const shorten = (text) => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text);
  const title = (mark) => [mark.label, mark.state, mark.when].filter(Boolean).join("\n");
  const at = { y: "row", href: "link", title };
  const low = narrow ? height / 2 - 3 : 5; // where the bars of a row begin
  const inset = (mark) => (mark.held ? 0 : 4);
  // Two heights: what is held is as high as the row, what is not is half as high.
  const bars = (chosen, options) =>
    [true, false].map((held) =>
      Plot.barX(chosen.filter((mark) => mark.held === held), { ...at, insetTop: low + inset({ held }), insetBottom: 5 + inset({ held }), fill: "currentColor", ...options }),
    );
  const centre = low / 2 - 2.5;
  const point = (mark) => new Date((mark.solid ?? [mark.low, mark.high]).reduce((a, b) => a + b) / 2);
  const drawChunk = (rows, isLast) => {
    const marks = rows.flatMap((row) => row.marks);
    return Plot.plot({
      width: room,
      height: rows.length * height + (isLast ? 64 : 32),
      marginLeft: names,
      marginTop: 32,
      marginBottom: isLast ? 32 : 0,
      marginRight: 20,
      className: "plot",
      x: { type: "utc", domain, label: null },
      r: { type: "identity" },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0 },
      marks: [
        Plot.gridX(),
        Plot.axisX({ anchor: "top", label: null, ticks: narrow ? "2 years" : undefined }),
        isLast ? Plot.axisX({ anchor: "bottom", label: null, ticks: narrow ? "2 years" : undefined }) : null,
        ...bars(marks.filter((mark) => mark.form === "wide"), { x1: (m) => new Date(m.low), x2: (m) => new Date(m.high), className: "open", fillOpacity: 0.16, stroke: "currentColor", strokeDasharray: "3,3" }),
        ...bars(marks.filter((mark) => mark.form === "wide" && mark.isLong), { x1: (m) => new Date(m.solid[0]), x2: (m) => new Date(m.solid[1] + DAY), className: "certain" }),
        Plot.tickX(marks.filter((mark) => mark.form === "wide" && mark.solid && !mark.isLong), { ...at, x: point, stroke: "currentColor", strokeWidth: 5, insetTop: low, insetBottom: 5, className: "certain" }),
        Plot.dot(marks.filter((mark) => mark.form === "point"), { ...at, x: point, dy: centre, r: (m) => (m.held ? 6 : 4), fill: (m) => (m.held ? "currentColor" : "var(--card)"), stroke: "currentColor", strokeWidth: 1.5, className: "certain" }),
        Plot.dot(marks.filter((mark) => mark.form === "blur"), { ...at, x: point, dy: centre, r: (m) => (m.held ? 6 : 4), fill: "var(--card)", stroke: "currentColor", strokeWidth: 1.5, strokeDasharray: "2,2", className: "open" }),
        Plot.text(marks.filter((mark) => mark.opensAtStart), { y: "row", x: (m) => new Date(m.low), text: () => "‹", dx: -5, dy: centre, fill: "currentColor" }),
        Plot.text(marks.filter((mark) => mark.opensAtEnd), { y: "row", x: (m) => new Date(m.high), text: () => "›", dx: 5, dy: centre, fill: "currentColor" }),
        Plot.text(marks.filter((mark) => mark.note), { y: "row", x: (m) => new Date(m.high), text: "note", dx: 13, dy: centre, textAnchor: "start", fill: "currentColor", className: "notes" }),
        Plot.text(rows.filter((row) => !row.heading), { y: "key", frameAnchor: "left", dx: narrow ? 0 : -names + 4, dy: narrow ? 10 - height / 2 : centre, textAnchor: "start", text: (row) => shorten(row.label), href: (row) => row.marks[0].link, title: (row) => row.label, fill: "currentColor", className: "names" }),
        Plot.text(rows.filter((row) => row.heading), { y: "key", frameAnchor: "left", dx: -names + 4, textAnchor: "start", text: (row) => row.label, fill: "currentColor", fontWeight: 600, fontSize: 13, className: "lane" }),
      ],
    });
  };
  const box = document.createElement("div");
  box.append(...chunks.map((rows, number) => drawChunk(rows, number === chunks.length - 1)));
  return box;
}

// Rows in pieces that a sheet of paper holds; a heading stands with what follows it.
function split(rows) {
  const chunks = [[]];
  for (const row of rows) {
    if (chunks.at(-1).length >= (row.heading ? MOST - 2 : MOST)) chunks.push([]);
    chunks.at(-1).push(row);
  }
  return chunks;
}

// One row for each thing and state, under a heading for each lane; the rows of a thing stand together.
function layRows(spans, domain, open) {
  const rows = [];
  for (const [lane, members] of Map.groupBy(spans, (span) => span.lane)) {
    if (lane) rows.push({ key: `lane ${lane}`, heading: true, label: lane[0].toUpperCase() + lane.slice(1), marks: [] });
    for (const [thing, own] of Map.groupBy(members, (span) => span.row)) {
      for (const [state, found] of Map.groupBy(own, (span) => (span.held && !span.lasts ? "" : span.state))) {
        const key = `${lane} ${thing} ${state}`;
        const marks = found.map((span) => ({ ...span, row: key, ...measure(span, domain, open) }));
        const last = marks.reduce((one, other) => (other.high > one.high ? other : one));
        for (const mark of marks) if (mark !== last) mark.note = "";
        rows.push({ key, heading: false, label: found[0].label, marks });
      }
    }
  }
  return rows;
}

function toTime(text) {
  return Date.parse(text.slice(0, 10));
}

// What is drawn of a span: the days that are possible, those that are certain, which ends are open, and the form.
function measure(span, domain, open) {
  const [first, last] = domain.map(Number);
  const from = span.from ? toTime(span.from) : null;
  const by = span.by ? toTime(span.by) : null;
  const isMoment = !span.lasts && !open && !span.until && !span.last;
  const until = span.until ? toTime(span.until) : isMoment || (span.lasts && from === by) ? from : null;
  const end = span.last ? toTime(span.last) : isMoment ? by : null;
  const told = [from, by, until, end].filter((time) => time !== null);
  const low = from ?? (open ? first : Math.max(first, Math.min(...told) - REACH));
  const high = end ?? (open ? last : Math.min(last, Math.max(...told) + (span.lasts || by === null ? REACH : 0)));
  const solid = by !== null && until !== null && by <= until ? [by, until] : null;
  const isBrief = high - low < BRIEF;
  const form = !isBrief ? "wide" : solid ? "point" : "blur";
  return { low, high, solid, form, isLong: solid !== null && solid[1] - solid[0] >= BRIEF, opensAtStart: from === null, opensAtEnd: end === null && (open || high > Math.max(...told)) };
}
