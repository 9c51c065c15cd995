// What the editor completes: this graph's prefixes, terms and things, asked of this server alone.
let vocabulary;

export async function loadVocabulary(url) {
  vocabulary ??= fetch(url, { headers: { accept: "application/json" } }).then((response) => {
    if (!response.ok) throw new Error(`no terms: ${response.status}`);
    return response.json();
  });
  return vocabulary;
}

function shorten(iri, prefixes) {
  let best = ["", ""];
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (iri.startsWith(namespace) && namespace.length > best[1].length) best = [prefix, namespace];
  }
  const local = iri.slice(best[1].length);
  return best[1] && /^[A-Za-z0-9_][\w-]*$/.test(local) ? `${best[0]}:${local}` : `<${iri}>`;
}

function isName(yasqe) {
  const token = yasqe.getCompleteToken();
  return /^[\w<][\w:/.#<-]*$/.test(token.string) && !/^[?$]/.test(token.string) && token.string.length > 1;
}

// Hints carry the short name as their text; the prefix that it needs is declared when it is picked.
function declare(yasqe, short, prefixes) {
  const prefix = short.split(":")[0];
  if (!short.startsWith("<") && !(prefix in yasqe.getPrefixesFromQuery())) yasqe.addPrefixes({ [prefix]: prefixes[prefix] });
}

export function makeCompleters(Yasqe, { terms, search }) {
  const labels = new Map();

  function postprocessHints(yasqe, hints) {
    return hints.map((hint) => ({ ...hint, displayText: labels.has(hint.text) ? `${labels.get(hint.text)}  ${hint.text}` : hint.text }));
  }

  async function list(yasqe, token) {
    const { prefixes, terms: known } = await loadVocabulary(terms);
    const text = token.string.replace(/^</, "").toLowerCase();
    const local = text.includes(":") ? text.slice(text.indexOf(":") + 1) : text;
    const prefix = text.includes(":") ? text.slice(0, text.indexOf(":")) : "";
    const found = [];
    if (!prefix || prefix === "ahg") {
      for (const term of known) {
        const short = shorten(term.iri, prefixes);
        if (short.slice(4).toLowerCase().startsWith(local) || term.label.toLowerCase().includes(local.replace(/-/g, " "))) {
          labels.set(short, term.label);
          found.push(short);
        }
      }
    }
    if (local.length > 1 && prefix !== "ahg") {
      const response = await fetch(`${search}?${new URLSearchParams({ q: local.replace(/-/g, " "), in: "names", limit: 20, format: "json" })}`);
      if (response.ok) {
        for (const thing of (await response.json()).things) {
          const short = shorten(thing.iri, prefixes);
          labels.set(short, `${thing.label} (${thing.kind})`);
          found.push(short);
        }
      }
    }
    return found;
  }

  return [
    {
      name: "graph",
      bulk: false,
      autoShow: false,
      isValidCompletionPosition: isName,
      get: list,
      preProcessToken: (yasqe, token) => ({ ...token, autocompletionString: token.string }),
      postProcessSuggestion: (yasqe, token, short) => short,
      postprocessHints,
      onInitialize(yasqe) {
        yasqe.on("change", async () => {
          const { prefixes } = await loadVocabulary(terms);
          const used = yasqe.getValue().match(/(?<![\w<:/])[a-z][a-z0-9-]*(?=:[\w])/g) ?? [];
          const declared = yasqe.getPrefixesFromQuery();
          for (const prefix of new Set(used)) {
            if (prefixes[prefix] && !(prefix in declared)) declare(yasqe, `${prefix}:x`, prefixes);
          }
        });
      },
    },
  ];
}
