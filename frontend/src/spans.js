// Rows of time: solid where a state of affairs is attested on both sides, light where a bound is open.
import * as Plot from "@observablehq/plot";

const ROW = 24;
const DAY = 86400000;

export function drawSpans({ spans, open }, canvas) {
  const known = spans.flatMap((span) => [span.from, span.by, span.until, span.last]).filter(Boolean).map(toTime);
  const pad = 120 * DAY;
  const domain = [new Date(Math.min(...known) - pad), new Date(Math.max(...known) + pad)];
  const lanes = Map.groupBy(spans, (span) => span.lane);
  const box = document.createElement("div");
  for (const [lane, members] of lanes) {
    if (lane) {
      const heading = document.createElement("p");
      heading.className = "lane";
      heading.textContent = lane;
      box.append(heading);
    }
    box.append(drawLane(members, domain, open, canvas.clientWidth || 0));
  }
  return box;
}

function toTime(text) {
  return Date.parse(text.slice(0, 10));
}

// What is drawn of a span: [light from, light to], [solid from, solid to], and which ends are open.
function measure(span, domain, open) {
  const [first, last] = domain.map(Number);
  const from = span.from ? toTime(span.from) : null;
  const by = span.by ? toTime(span.by) : null;
  const until = span.until ? toTime(span.until) : null;
  const end = span.last ? toTime(span.last) : null;
  const low = from ?? (open || by === null ? first : Math.max(first, by - 200 * DAY));
  const told = Math.max(until ?? 0, by ?? 0);
  const high = end ?? (open ? last : told || Math.min(last, from + 200 * DAY));
  const solid = by !== null && until !== null && by <= until ? [by, until] : null;
  return { low, high, solid, opensAtStart: from === null, opensAtEnd: end === null && (open || !told) };
}

function drawLane(members, domain, open, room) {
  const width = Math.max(room - 24, 560);
  const names = room > 1000 ? 350 : room > 700 ? 250 : 170;
  const shorten = (text) => (text.length * 6.4 > names ? `${text.slice(0, Math.floor(names / 6.4) - 1)}…` : text);
  const rows = [...new Map(members.map((span) => [span.row, span])).values()];
  const order = rows.map((span) => span.row);
  const marks = members.map((span) => ({ ...span, ...measure(span, domain, open) }));
  const title = (span) => `${span.label}\n${span.state}${span.when ? `\n${span.when}` : ""}`;
  const at = { y: "row", href: "link", title };
  const isPoint = (span) => span.solid && span.solid[1] - span.solid[0] < 21 * DAY && span.high - span.low < 21 * DAY;
  const wide = marks.filter((span) => !isPoint(span) && span.high > span.low);
  const brief = wide.filter((span) => span.solid && span.solid[1] - span.solid[0] < 21 * DAY);
  return Plot.plot({
    width,
    height: rows.length * ROW + 44,
    marginLeft: names,
    marginTop: 8,
    marginBottom: 30,
    marginRight: 16,
    className: "plot",
    x: { type: "utc", domain, grid: true, label: null },
    y: { type: "band", domain: order, axis: null, padding: 0.3 },
    marks: [
      Plot.barX(wide, { ...at, x1: (s) => new Date(s.low), x2: (s) => new Date(s.high), className: "open", fill: "currentColor", fillOpacity: (s) => (s.held ? 0.22 : 0.1), stroke: "currentColor", strokeOpacity: 0.45, strokeDasharray: "2,3", insetTop: 3, insetBottom: 3 }),
      Plot.barX(marks.filter((s) => s.solid && !isPoint(s)), { ...at, x1: (s) => new Date(s.solid[0]), x2: (s) => new Date(s.solid[1] + DAY), className: "certain", fill: "currentColor", fillOpacity: (s) => (s.held ? 0.85 : 0.35), insetTop: 3, insetBottom: 3 }),
      Plot.dot(marks.filter(isPoint), { ...at, x: (s) => new Date((s.low + s.high) / 2), r: 5, fill: (s) => (s.held ? "currentColor" : "var(--card)"), stroke: "currentColor", strokeWidth: 1.5, className: "certain" }),
      Plot.tickX(brief, { ...at, x: (s) => new Date((s.solid[0] + s.solid[1]) / 2), stroke: "currentColor", strokeWidth: 5, strokeOpacity: (s) => (s.held ? 0.9 : 0.4), insetTop: 3, insetBottom: 3, className: "certain" }),
      Plot.text(marks.filter((s) => s.opensAtStart && !isPoint(s)), { y: "row", x: (s) => new Date(s.low), text: () => "‹", dx: -6, fill: "currentColor" }),
      Plot.text(marks.filter((s) => s.opensAtEnd && !isPoint(s)), { y: "row", x: (s) => new Date(s.high), text: () => "›", dx: 6, fill: "currentColor" }),
      Plot.text(rows, { y: "row", frameAnchor: "left", dx: -names + 4, textAnchor: "start", text: (s) => shorten(s.label), href: "link", title, fill: "currentColor", className: "names" }),
    ],
  });
}
