// The query editor: YASQE and YASR in place of the plain form, which works without them.
import Yasqe from "@zazuko/yasqe";
import Yasr from "@zazuko/yasr";
import "@zazuko/yasqe/build/yasqe.min.css";
import "@zazuko/yasr/build/yasr.min.css";
import Chart from "./chart.js";
import { makeTable } from "./table.js";
import { loadVocabulary, makeCompleters } from "./completion.js";

const form = document.querySelector("form.editor");
if (form) start(form);

async function start(form) {
  const area = form.querySelector("textarea");
  const place = document.querySelector("#results");
  const endpoint = new URL(form.getAttribute("action"), window.location.href).href;
  const { terms, search } = form.dataset;
  const completers = makeCompleters(Yasqe, { terms, search });
  for (const completer of completers) Yasqe.registerAutocompleter(completer, false);
  // Set as the default: options given are merged into the default's list, and those would ask services elsewhere.
  Yasqe.defaults.autocompleters = [...completers.map((completer) => completer.name), "variables"];
  Yasqe.defaults.prefixCcApi = null;

  const holder = document.createElement("div");
  holder.className = "holder";
  area.before(holder);
  const yasqe = new Yasqe(holder, {
    value: area.value,
    persistenceId: null,
    resizeable: false,
    showQueryButton: false,
    createShareableLink: () => link(),
    createShortLink: undefined,
    consumeShareLink: null,
    editorHeight: "22rem",
    screenReaderLabel: area.labels[0].textContent.trim(),
    lineWrapping: true,
    requestConfig: {
      endpoint,
      method: "POST",
      acceptHeaderSelect: "application/sparql-results+json",
      acceptHeaderGraph: "text/turtle",
    },
    extraKeys: {
      "Ctrl-Space": () => yasqe.autocomplete(), // CodeMirror hands over its own object, which knows no completers
      "Ctrl-Enter": () => run(),
      "Cmd-Enter": () => run(),
      // A way out for those who use the keyboard: Escape, then Tab, leaves the editor.
      Esc: () => form.querySelector("button[type=submit]").focus(),
    },
  });
  area.hidden = true;
  area.removeAttribute("required");

  Yasr.registerPlugin("chart", Chart);
  Yasr.registerPlugin("table", makeTable(Yasr.plugins.table));
  place.replaceChildren();
  place.hidden = false;
  const yasr = new Yasr(place, {
    persistenceId: null,
    prefixes: () => yasqe.getPrefixesFromQuery(),
    pluginOrder: ["table", "chart", "response"],
    defaultPlugin: "table",
  });
  for (const plugin of Object.values(yasr.plugins)) plugin.helpReference = undefined; // it would lead elsewhere
  place.querySelector(".yasr_external_ref_btn")?.remove();
  // Links in results stay here: what this graph names, this server describes.
  place.addEventListener("click", (event) => {
    const anchor = event.target.closest("a.iri");
    const { base, home } = form.dataset;
    if (anchor && anchor.href.startsWith(base)) {
      event.preventDefault();
      window.location.assign(home + anchor.href.slice(base.length));
    }
  });

  const status = form.querySelector("[role=status]");
  function link() {
    return `${endpoint}?${new URLSearchParams({ query: yasqe.getValue() })}`;
  }
  async function run() {
    status.textContent = "Running…";
    history.replaceState(null, "", link());
    try {
      await yasqe.query();
    } catch {
      // Shown with the results, as every answer is.
    }
  }
  yasqe.on("queryResponse", (_, response, duration) => {
    const failed = response instanceof Error;
    status.textContent = failed ? "Error; see the reason below." : `Answered in ${Math.round(duration)} ms.`;
    yasr.setResponse(failed ? explain(response) : response, duration);
  });
  form.addEventListener("submit", (event) => {
    area.value = yasqe.getValue();
    if (event.submitter?.name === "format") return; // the browser fetches the file itself
    event.preventDefault();
    run();
  });
  const share = form.querySelector(".share");
  share.hidden = false;
  share.addEventListener("click", async () => {
    history.replaceState(null, "", link());
    try {
      await navigator.clipboard.writeText(link());
      status.textContent = "Link copied to the clipboard.";
    } catch {
      status.textContent = "The link is in the address bar.";
    }
  });
  form.classList.add("ready");
  loadVocabulary(terms).catch(() => {});
  if (form.dataset.run === "yes") run();
}

// A problem document as one line, with its place in the query.
function explain(error) {
  try {
    const problem = JSON.parse(error.message);
    return new Error(`${problem.detail} [${problem.code}]`);
  } catch {
    return error;
  }
}
