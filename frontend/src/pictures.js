// Draws the pictures of a page from the data that it carries. Each has a table beside it that says the same, so a picture
// is hidden from assistive technology and its links from the keyboard.
import { drawMatrix } from "./matrix.js";
import { drawNetwork } from "./network.js";
import { drawSpans } from "./spans.js";

const FORMS = { spans: drawSpans, matrix: drawMatrix, network: drawNetwork };

for (const figure of document.querySelectorAll("figure.picture")) {
  const canvas = figure.querySelector(".canvas");
  const data = JSON.parse(figure.querySelector("script").textContent);
  figure.hidden = false;
  const drawn = FORMS[figure.dataset.form](data, canvas);
  for (const svg of drawn.querySelectorAll("svg")) {
    svg.querySelector("style")?.remove(); // the page's own style sheet says the same
    svg.setAttribute("aria-hidden", "true");
    for (const link of svg.querySelectorAll("a")) link.setAttribute("tabindex", "-1");
  }
  canvas.append(drawn);
  figure.classList.add("drawn");
}
