// Buttons that copy a text: those of the page, and one for each block of code.
const SHOWN = 2000; // milliseconds for which a button says that it has copied

export function addCopying(root) {
  for (const button of root.querySelectorAll("button[data-copy]")) {
    button.classList.remove("waiting");
    button.addEventListener("click", () => copy(button, button.dataset.copy));
  }
  for (const code of root.querySelectorAll("details > pre")) {
    const button = makeButton("Copy", `Copy: ${code.parentElement.querySelector("summary")?.textContent.trim() ?? "text"}`);
    button.addEventListener("click", () => copy(button, code.textContent));
    code.before(button);
  }
}

export function makeButton(text, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain copy";
  button.textContent = text;
  if (label) button.setAttribute("aria-label", label);
  return button;
}

export async function copy(button, text) {
  const before = button.textContent;
  const done = await write(text);
  button.textContent = done ? "Copied" : "Select and copy";
  setTimeout(() => (button.textContent = before), SHOWN);
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Where the page is not served securely the text is selected in a field instead.
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "spoken";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    if (done) field.remove();
    return done;
  }
}
