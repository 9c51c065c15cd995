// Boxes and arrows, laid out in layers by dagre.
import { Graph, layout } from "@dagrejs/dagre";

const LINE = 17;
const LETTER = 7.1; // the width of a letter, about
const MOST_LINES = 5;
const PAD = 9;

function make(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function wrap(text, letters) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line && line.length + word.length + 1 > letters) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES - 1), `${lines[MOST_LINES - 1].slice(0, letters - 1)}…`];
}

export function drawNetwork({ nodes, edges, direction }, canvas) {
  const across = direction === "LR" ? 205 : 225;
  const letters = Math.floor((across - 2 * PAD) / LETTER);
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: 18, ranksep: direction === "LR" ? 48 : 34, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = new Map();
  for (const node of nodes) {
    const lines = wrap(node.label, letters);
    const above = node.above ? wrap(node.above, letters + 4) : [];
    const height = (lines.length + above.length) * LINE + 2 * PAD;
    boxes.set(node.id, { ...node, lines, above });
    graph.setNode(node.id, { width: across, height });
  }
  edges.forEach((edge, number) => {
    const size = edge.label ? { width: edge.label.length * 7, height: LINE, labelpos: "c" } : {};
    if (boxes.has(edge.from) && boxes.has(edge.to)) graph.setEdge(edge.from, edge.to, { ...edge, ...size }, String(number));
  });
  layout(graph);
  const { width, height } = graph.graph();
  // A picture that is somewhat too wide is made smaller; one that is much too wide is to be scrolled.
  const room = (canvas.clientWidth || width) - 24;
  const scale = Math.min(1, Math.max(room / width, 0.7));
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const svg = make("svg", { class: "network", viewBox: `0 0 ${width} ${height}`, ...size });
  svg.append(
    make("defs", {}, make("marker", { id: "tip", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse" }, make("path", { d: "M0,0 L8,4 L0,8 z" }))),
  );
  for (const at of graph.edges()) {
    const edge = graph.edge(at);
    const path = edge.points.map(({ x, y }, index) => `${index ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    svg.append(make("path", { class: edge.inferred ? "edge dashed" : "edge", d: path, "marker-end": "url(#tip)" }));
    if (edge.label) svg.append(make("text", { class: "edge-label", x: edge.x, y: edge.y + 4, "text-anchor": "middle" }, edge.label));
  }
  for (const id of graph.nodes()) {
    const { x, y, height: down } = graph.node(id);
    const box = boxes.get(id);
    const lines = [...box.above.map((text) => [text, "above"]), ...box.lines.map((text) => [text, "label"])];
    const texts = lines.map(([text, kind], number) =>
      make("text", { class: kind, x: x - across / 2 + PAD, y: y - down / 2 + PAD + LINE * (number + 1) - 5 }, text),
    );
    const shape = make("rect", { x: x - across / 2, y: y - down / 2, width: across, height: down, rx: 6 });
    const content = [make("title", {}, `${box.above.join(" ")}${box.above.length ? ": " : ""}${box.label}`), shape, ...texts];
    svg.append(make("g", { class: `node ${box.kind}` }, box.link ? make("a", { href: box.link }, ...content) : make("g", {}, ...content)));
  }
  const holder = document.createElement("div");
  holder.append(svg);
  return holder;
}
