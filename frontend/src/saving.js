// Buttons that save a picture as SVG or PNG, drawn as the page shows it: what its style sheet says goes into the file.
import { makeButton } from "./copying.js";

const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "font-size", "font-family", "font-weight", "text-anchor", "paint-order", "color"];
const SCALE = 2;
const EDGE = 16;
const LINE = 20;
const SPACE = "http://www.w3.org/2000/svg";

export function addSaving(figure, title) {
  if (!figure.querySelector(".canvas svg")) return;
  const line = document.createElement("p");
  line.className = "formats saving";
  for (const [kind, save] of [["SVG", saveVector], ["PNG", saveBitmap]]) {
    const button = makeButton(kind, `Save the chart as ${kind}`);
    button.addEventListener("click", () => save(figure, title));
    line.append(button);
  }
  figure.append(line);
}

// One file holds all pieces of a picture, one below the other, under its title and above the words that explain its marks.
export function writeVector(figure, title) {
  const canvas = figure.querySelector(".canvas");
  const pieces = [...canvas.querySelectorAll("svg")].filter((svg) => !svg.parentElement.closest("svg"));
  const sizes = pieces.map((svg) => svg.getBoundingClientRect());
  const words = [...figure.querySelectorAll(".canvas p, figcaption")].flatMap((told) => told.textContent.trim().split(/\s*[;·]\s*/));
  const width = Math.max(...sizes.map((size) => size.width)) + 2 * EDGE;
  const height = sizes.reduce((sum, size) => sum + size.height, 0) + (words.length + 2) * LINE + 2 * EDGE;
  const whole = make("svg", { xmlns: SPACE, width, height, viewBox: `0 0 ${width} ${height}` });
  const ink = getComputedStyle(canvas.ownerDocument.body).color;
  const write = (text, y, size) => {
    const line = make("text", { x: EDGE, y, fill: ink, "font-family": "system-ui, sans-serif", "font-size": size });
    line.textContent = text;
    whole.append(line);
  };
  whole.append(make("rect", { width, height, fill: getComputedStyle(canvas).backgroundColor }));
  write(title, EDGE + 12, 15);
  let top = EDGE + LINE;
  pieces.forEach((svg, number) => {
    const made = copyStyled(svg);
    for (const [name, value] of Object.entries({ x: EDGE, y: top, width: sizes[number].width, height: sizes[number].height }))
      made.setAttribute(name, value);
    whole.append(made);
    top += sizes[number].height;
  });
  words.forEach((text, number) => write(text, top + (number + 1) * LINE, 12));
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

function make(name, attributes) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) if (key !== "xmlns") element.setAttribute(key, value);
  return element;
}

function copyStyled(svg) {
  const made = svg.cloneNode(true);
  const copies = [made, ...made.querySelectorAll("*")];
  [svg, ...svg.querySelectorAll("*")].forEach((element, number) => {
    const style = getComputedStyle(element);
    for (const name of STYLES) copies[number].setAttribute(name, style.getPropertyValue(name));
  });
  for (const link of made.querySelectorAll("a")) {
    const at = link.getAttribute("href") ?? link.getAttributeNS("http://www.w3.org/1999/xlink", "href");
    if (at) link.setAttribute("href", new URL(at, location.href).href);
  }
  made.removeAttribute("aria-hidden");
  return made;
}

function saveVector(figure, title) {
  save(new Blob([writeVector(figure, title).text], { type: "image/svg+xml" }), `${name(title)}.svg`);
}

async function saveBitmap(figure, title) {
  const { text, width, height } = writeVector(figure, title);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(blob, `${name(title)}.png`), "image/png");
}

function save(blob, file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const name = (title) => title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "chart";
