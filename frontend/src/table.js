// The table of results. What it sorts and searches by is handed to a library that reads it as HTML, so that no character
// that begins markup may be in it; what it shows is escaped already.
export function makeTable(Table) {
  return class extends Table {
    drawControls() {
      super.drawControls();
      for (const label of this.yasr.pluginControls.querySelectorAll(".switch .label"))
        if (label.textContent === "Ellipse") label.textContent = "Shorten long values";
    }

    getColumns() {
      const [numbers, ...columns] = super.getColumns();
      const render = (column) => (term, kind, row, meta) =>
        term && (kind === "filter" || kind === "sort" || !kind) ? term.value.replace(/[<>&]/g, " ") : column.render(term, kind, row, meta);
      return [numbers, ...columns.map((column) => ({ ...column, render: render(column) }))];
    }
  };
}
