// Who was where: a cell for each agent and meeting, told by a letter as well as by its shade.
import * as Plot from "@observablehq/plot";

const SIDE = 26;
const LETTERS = [
  ["participant", "P", "var(--cell-1)"],
  ["new member", "N", "var(--cell-2)"],
  ["observer", "O", "var(--cell-3)"],
  ["officer", "C", "var(--cell-4)"],
  ["member, not on the list", "–", "none"],
  ["perhaps a member, not on the list", "?", "none"],
];

export function drawMatrix({ cells, agents, meetings }, canvas) {
  const room = Math.max((canvas.clientWidth || 0) - 24, 280);
  const narrow = room < 700;
  const names = narrow ? 126 : 300;
  const aside = narrow ? 8 : 150; // for the ends of slanted headings
  const width = Math.max(Math.min(room, names + aside + meetings.length * 110), names + aside + meetings.length * (narrow ? 32 : 60));
  const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const head = Math.min(Math.max(...meetings.map((meeting) => meeting.length)), narrow ? 40 : 58);
  const marginTop = Math.round(head * (narrow ? 6.4 : 4.7)) + 16;
  const tell = (cell) => LETTERS.find(([capacity]) => capacity === cell.capacity) ?? [cell.capacity, cell.capacity[0].toUpperCase(), "var(--cell-4)"];
  const title = (cell) => `${cell.agent}\n${cell.meeting}\n${cell.capacity}`;
  const box = document.createElement("div");
  const key = document.createElement("p");
  key.className = "quiet";
  key.textContent = LETTERS.filter(([capacity]) => cells.some((cell) => cell.capacity === capacity))
    .map(([capacity, letter]) => `${letter} ${capacity}`)
    .join(" · ");
  box.append(
    key,
    Plot.plot({
      width,
      height: agents.length * SIDE + marginTop + 8,
      marginLeft: names,
      marginTop,
      marginBottom: 8,
      marginRight: aside,
      className: "plot",
      x: { type: "band", domain: meetings, axis: null, padding: 0.06 },
      y: { type: "band", domain: agents, axis: null, padding: 0.06 },
      marks: [
        Plot.ruleY(agents, { y: (agent) => agent, stroke: "currentColor", strokeOpacity: 0.12 }),
        Plot.cell(cells, { x: "meeting", y: "agent", fill: (cell) => tell(cell)[2], stroke: "currentColor", strokeOpacity: 0.35, href: "link", title }),
        Plot.text(cells, { x: "meeting", y: "agent", text: (cell) => tell(cell)[1], fill: "currentColor", pointerEvents: "none" }),
        Plot.text(agents, { y: (agent) => agent, frameAnchor: "left", dx: -names + 2, textAnchor: "start", text: (agent) => shorten(agent, narrow ? 19 : 46), title: (agent) => agent, fill: "currentColor" }),
        Plot.text(meetings, { x: (meeting) => meeting, frameAnchor: "top", dy: -8, rotate: narrow ? -90 : -45, textAnchor: "start", text: (meeting) => shorten(meeting, head), title: (meeting) => meeting, fill: "currentColor" }),
      ],
    }),
  );
  return box;
}
