// Who was where: a cell for each agent and meeting, told by a letter as well as by its shade.
import * as Plot from "@observablehq/plot";

const SIDE = 26;
const NAMES = 250;
const LETTERS = [
  ["participant", "P", "var(--cell-1)"],
  ["new member", "N", "var(--cell-2)"],
  ["observer", "O", "var(--cell-3)"],
  ["officer", "C", "var(--cell-4)"],
  ["member, not on the list", "–", "none"],
  ["perhaps a member, not on the list", "?", "none"],
];

export function drawMatrix({ cells, agents, meetings }, canvas) {
  const width = Math.max(Math.min(canvas.clientWidth || 0, NAMES + meetings.length * 120), NAMES + meetings.length * 60);
  const tell = (cell) => LETTERS.find(([capacity]) => capacity === cell.capacity) ?? [cell.capacity, cell.capacity[0].toUpperCase(), "var(--cell-4)"];
  const title = (cell) => `${cell.agent}\n${cell.meeting}\n${cell.capacity}`;
  const box = document.createElement("div");
  const key = document.createElement("p");
  key.className = "quiet";
  key.textContent = LETTERS.filter(([capacity]) => cells.some((cell) => cell.capacity === capacity))
    .map(([capacity, letter]) => `${letter} ${capacity}`)
    .join(" · ");
  box.append(
    Plot.plot({
      width,
      height: agents.length * SIDE + 180,
      marginLeft: NAMES,
      marginTop: 170,
      marginRight: 60,
      className: "plot",
      x: { type: "band", domain: meetings, axis: null, padding: 0.06 },
      y: { type: "band", domain: agents, axis: null, padding: 0.06 },
      marks: [
        Plot.cell(cells, { x: "meeting", y: "agent", fill: (cell) => tell(cell)[2], stroke: "currentColor", strokeOpacity: 0.25, href: "link", title }),
        Plot.text(cells, { x: "meeting", y: "agent", text: (cell) => tell(cell)[1], fill: "currentColor", pointerEvents: "none" }),
        Plot.text(agents, { y: (agent) => agent, frameAnchor: "left", dx: -NAMES + 4, textAnchor: "start", text: (agent) => (agent.length > 40 ? `${agent.slice(0, 39)}…` : agent), fill: "currentColor" }),
        Plot.text(meetings, { x: (meeting) => meeting, frameAnchor: "top", dy: -8, rotate: -45, textAnchor: "start", text: (meeting) => (meeting.length > 34 ? `${meeting.slice(0, 33)}…` : meeting), fill: "currentColor" }),
      ],
    }),
    key,
  );
  return box;
}
