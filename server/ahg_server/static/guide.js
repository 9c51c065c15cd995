// The search of the guide that was built alone: sections with all words, those first that have them in the title.
const root = document.currentScript.dataset.root;
const input = document.getElementById("guide-find");
const list = document.getElementById("guide-hits");
input.form.addEventListener("submit", (event) => event.preventDefault());
input.addEventListener("input", () => {
  const words = input.value.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  const count = (text, word) => text.split(word).length - 1;
  const found = window.guideSections
    .map((section) => [section, words.map((word) => 10 * count(section.title.toLowerCase(), word) + count(section.text.toLowerCase(), word))])
    .filter(([, counts]) => words.length && counts.every(Boolean))
    .map(([section, counts]) => [section, counts.reduce((sum, each) => sum + each, 0)])
    .sort((one, other) => other[1] - one[1])
    .slice(0, 20);
  list.replaceChildren(
    ...found.map(([section]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = root + section.link;
      link.textContent = section.title;
      item.append(link);
      return item;
    }),
  );
});
