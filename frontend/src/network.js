// Boxes and arrows, laid out in layers by dagre.
import { Graph, layout } from "@dagrejs/dagre";

const LINE = 17;
const LETTER = 7.1; // the width of a letter, about
const SMALL = 6; // the width of a small one
const MOST_LINES = 5;
const PAD = 9;

let drawn = 0; // pictures on this page, so that each has arrow heads of its own

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
  const isAcross = direction === "LR";
  const across = isAcross ? 205 : 225;
  const letters = Math.floor((across - 2 * PAD) / LETTER);
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: 18, ranksep: isAcross ? 48 : 34, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = new Map();
  for (const node of nodes) {
    const lines = [
      ...(node.above ? wrap(node.above, letters + 4) : []).map((text) => [text, "above"]),
      ...wrap(node.label, letters).map((text) => [text, "label"]),
      ...(node.below ?? []).flatMap((text) => wrap(text, letters + 4)).map((text) => [text, "above"]),
    ];
    boxes.set(node.id, { ...node, lines });
    graph.setNode(node.id, { width: across, height: lines.length * LINE + 2 * PAD });
  }
  edges.forEach((edge, number) => {
    if (!boxes.has(edge.from) || !boxes.has(edge.to)) return;
    const lines = edge.label ? edge.label.split("\n") : [];
    const size = lines.length ? { width: Math.max(...lines.map((line) => line.length)) * SMALL + 8, height: LINE * lines.length, labelpos: "c" } : {};
    graph.setEdge(edge.from, edge.to, { ...edge, ...size, lines }, String(number));
  });
  layout(graph);
  drawn += 1;
  const { width, height } = graph.graph();
  // A picture that is somewhat too wide is made smaller; one that is much too wide is to be scrolled.
  const room = (canvas.clientWidth || width) - 24;
  const scale = Math.min(1, Math.max(room / width, 0.7));
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const svg = make("svg", { class: "network", viewBox: `0 0 ${width} ${height}`, ...size });
  svg.append(make("defs", {}, makeTip(`tip-${drawn}`, "M0,0 L8,4 L0,8 z"), makeTip(`kind-tip-${drawn}`, "M0.5,0.5 L7.5,4 L0.5,7.5 z")));
  for (const at of graph.edges()) {
    const edge = graph.edge(at);
    const points = at.v === at.w ? edge.points : dock(edge.points, graph.node(at.v), graph.node(at.w), isAcross);
    const path = points.map(({ x, y }, index) => `${index ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    const tip = `${edge.isKind ? "kind-tip" : "tip"}-${drawn}`;
    svg.append(make("path", { class: edge.inferred ? "edge dashed" : "edge", d: path, "marker-end": `url(#${tip})` }));
    edge.lines.forEach((line, number) => {
      const y = edge.y + 4 + LINE * (number - (edge.lines.length - 1) / 2);
      svg.append(make("text", { class: "edge-label", x: edge.x, y, "text-anchor": "middle", "paint-order": "stroke" }, line));
    });
  }
  for (const id of graph.nodes()) {
    const { x, y, height: down } = graph.node(id);
    const box = boxes.get(id);
    const texts = box.lines.map(([text, kind], number) =>
      make("text", { class: kind, x: x - across / 2 + PAD, y: y - down / 2 + PAD + LINE * (number + 1) - 5 }, text),
    );
    const shape = make("rect", { x: x - across / 2, y: y - down / 2, width: across, height: down, rx: 6 });
    const content = [make("title", {}, `${box.above ? `${box.above}: ` : ""}${box.label}`), shape, ...texts];
    svg.append(make("g", { class: `node ${box.kind}` }, box.link ? make("a", { href: box.link }, ...content) : make("g", {}, ...content)));
  }
  const focus = nodes.find((node) => node.kind === "here") ?? nodes[0];
  if (focus) svg.dataset.focus = String(graph.node(focus.id).x * scale);
  return svg;
}

function makeTip(id, path) {
  const box = { class: id.startsWith("kind") ? "hollow" : "", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse" };
  return make("marker", { id, ...box }, make("path", { d: path }));
}

// An arrow leaves a box in the middle of its side and arrives in the middle of the other's.
function dock(points, from, to, isAcross) {
  const leave = isAcross ? (to.x > from.x ? 1 : -1) : to.y > from.y ? 1 : -1;
  const side = (box, way) => (isAcross ? { x: box.x + (way * box.width) / 2, y: box.y } : { x: box.x, y: box.y + (way * box.height) / 2 });
  return [side(from, leave), ...points.slice(1, -1), side(to, -leave)];
}
