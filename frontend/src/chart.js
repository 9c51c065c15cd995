// A chart of a results table: bars of the first number by the first name, or dots in time.
import * as Plot from "@observablehq/plot";

const NUMBER = /(integer|decimal|double|float|int|long|short)$/i;
const DAY = /(date|dateTime|gYear|gYearMonth)$/;
const MOST = 60;

function kindOf(bindings, name) {
  const terms = bindings.map((row) => row[name]).filter(Boolean);
  if (!terms.length) return "none";
  if (terms.every((term) => NUMBER.test(term.datatype ?? ""))) return "number";
  if (terms.every((term) => DAY.test(term.datatype ?? ""))) return "day";
  return terms[0].type === "uri" ? "iri" : "text";
}

function readable(term) {
  if (!term) return "";
  return term.type === "uri" ? term.value.replace(/^.*[/#]/, "") : term.value;
}

export default class Chart {
  priority = 3;
  label = "Chart";
  helpReference = "";

  constructor(yasr) {
    this.yasr = yasr;
  }

  #choose() {
    const results = this.yasr.results;
    const names = results?.getVariables?.() ?? [];
    const bindings = results?.getBindings?.() ?? [];
    const kinds = Object.fromEntries(names.map((name) => [name, kindOf(bindings, name)]));
    const first = (kind) => names.find((name) => kinds[name] === kind);
    return { bindings, number: first("number"), day: first("day"), text: first("text") ?? first("iri") };
  }

  canHandleResults() {
    const { bindings, number, day } = this.#choose();
    return bindings.length > 0 && Boolean(number || day);
  }

  draw() {
    const { bindings, number, day, text } = this.#choose();
    const rows = bindings.slice(0, MOST).map((row, index) => ({
      name: text ? readable(row[text]) : String(index + 1),
      number: number && row[number] ? Number(row[number].value) : null,
      day: day && row[day] ? new Date(row[day].value) : null,
    }));
    const height = Math.max(120, new Set(rows.map((row) => row.name)).size * 22 + 60);
    const width = this.yasr.resultsEl.clientWidth || 720;
    const common = { width, height, marginLeft: Math.min(260, width / 3), className: "plot", y: { label: null } };
    const name = (row) => (row.name.length > 42 ? `${row.name.slice(0, 41)}…` : row.name);
    const drawn = number
      ? Plot.plot({ ...common, x: { grid: true, label: number }, marks: [Plot.barX(rows, { x: "number", y: name, fill: "currentColor", fillOpacity: 0.75 }), Plot.ruleX([0])] })
      : Plot.plot({ ...common, x: { grid: true, type: "utc", label: day }, marks: [Plot.dot(rows, { x: "day", y: name, fill: "currentColor" })] });
    drawn.querySelector("style")?.remove();
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", `${number ?? day} by ${text ?? "row"}; the table has the same data`);
    const note = document.createElement("p");
    note.className = "quiet";
    note.textContent = bindings.length > MOST ? `The first ${MOST} of ${bindings.length} rows.` : "";
    this.yasr.resultsEl.append(drawn, note);
  }

  getIcon() {
    const icon = document.createElement("span");
    icon.textContent = "▤";
    icon.setAttribute("aria-hidden", "true");
    return icon;
  }
}
