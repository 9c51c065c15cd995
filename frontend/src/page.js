// What pages add when scripts run: answers that sort, filter, hide columns and are copied, and buttons that copy a text.
import { equip } from "./answer-table.js";
import { addCopying } from "./copying.js";

for (const table of document.querySelectorAll("table[data-tools]")) equip(table);
addCopying(document);
