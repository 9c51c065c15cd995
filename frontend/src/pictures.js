// Draws the pictures of a page from the data that it carries. Each has a table beside it that says the same, so a picture
// is hidden from assistive technology and its links from the keyboard.
import { addSaving } from "./saving.js";

const FORMS = {
  spans: async () => (await import("./spans.js")).drawSpans,
  matrix: async () => (await import("./matrix.js")).drawMatrix,
  network: async () => (await import("./network.js")).drawNetwork,
};

for (const figure of document.querySelectorAll("figure.picture")) draw(figure);

async function draw(figure) {
  const form = await FORMS[figure.dataset.form]();
  const canvas = figure.querySelector(".canvas");
  const data = JSON.parse(figure.querySelector("script").textContent);
  figure.hidden = false;
  const drawn = form(data, canvas);
  for (const svg of drawn.matches("svg") ? [drawn] : drawn.querySelectorAll("svg")) {
    svg.querySelector("style")?.remove(); // the page's own style sheet says the same
    svg.setAttribute("aria-hidden", "true");
    for (const link of svg.querySelectorAll("a")) link.setAttribute("tabindex", "-1");
  }
  canvas.replaceChildren(drawn); // in place of the room that the page has kept for it
  // A picture that is wider than its room begins where its subject stands.
  if (drawn.dataset.focus) canvas.scrollLeft = Number(drawn.dataset.focus) - canvas.clientWidth / 2;
  addSaving(figure, document.querySelector("h1").textContent);
  figure.classList.add("drawn");
}
