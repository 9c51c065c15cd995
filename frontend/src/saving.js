// Buttons that save a picture as SVG or PNG, drawn as the page shows it: what its style sheet says goes into the file.
import { makeButton } from "./copying.js";

const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "font-size", "font-family", "font-weight", "paint-order"];
const SCALE = 2;

export function addSaving(figure, title) {
  const svg = figure.querySelector(".canvas svg");
  if (!svg) return;
  const line = document.createElement("p");
  line.className = "formats saving";
  for (const [kind, save] of [["SVG", saveVector], ["PNG", saveBitmap]]) {
    const button = makeButton(kind, `Save the chart as ${kind}`);
    button.addEventListener("click", () => save(figure.querySelector(".canvas svg"), title));
    line.append(button);
  }
  figure.append(line);
}

export function writeVector(svg) {
  const made = svg.cloneNode(true);
  const copies = [made, ...made.querySelectorAll("*")];
  [svg, ...svg.querySelectorAll("*")].forEach((element, number) => {
    const style = getComputedStyle(element);
    const kept = STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
    copies[number].setAttribute("style", `${kept};color:${style.color}`);
  });
  for (const link of made.querySelectorAll("a")) {
    const at = link.getAttribute("href") ?? link.getAttributeNS("http://www.w3.org/1999/xlink", "href");
    if (at) link.setAttribute("href", new URL(at, location.href).href);
  }
  made.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  made.removeAttribute("aria-hidden");
  const { width, height } = svg.getBoundingClientRect();
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const box = svg.viewBox.baseVal;
  for (const [name, value] of Object.entries({ x: box?.x ?? 0, y: box?.y ?? 0, width: box?.width || width, height: box?.height || height }))
    ground.setAttribute(name, value);
  ground.setAttribute("fill", getComputedStyle(svg.closest(".canvas")).backgroundColor);
  made.prepend(ground);
  made.setAttribute("width", width);
  made.setAttribute("height", height);
  return { text: new XMLSerializer().serializeToString(made), width, height };
}

function saveVector(svg, title) {
  save(new Blob([writeVector(svg).text], { type: "image/svg+xml" }), `${name(title)}.svg`);
}

async function saveBitmap(svg, title) {
  const { text, width, height } = writeVector(svg);
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
