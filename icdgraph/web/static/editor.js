// The editor: colors for the query, and a list of completions.

const TOKENS = new RegExp([
  String.raw`(?<comment>#[^\n]*)`,
  String.raw`(?<string>"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')`,
  String.raw`(?<iri><[^<>"{}|^\x60\\\s]*>)`,
  String.raw`(?<variable>[?$]\w+)`,
  String.raw`(?<name>[A-Za-z][\w-]*:(?:[\w%-](?:[\w.%-]*[\w%-])?)?)`,
  String.raw`(?<word>\b(?:SELECT|ASK|CONSTRUCT|DESCRIBE|WHERE|FILTER|OPTIONAL|UNION|MINUS|GRAPH|BIND|VALUES|AS|DISTINCT|REDUCED|ORDER|GROUP|BY|HAVING|LIMIT|OFFSET|ASC|DESC|PREFIX|BASE|FROM|NAMED|NOT|EXISTS|IN|COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT|SEPARATOR|IF|COALESCE|STR|LANG|REGEX|CONTAINS|STRSTARTS|STRENDS|LCASE|UCASE|CONCAT|BOUND|REPLACE|SUBSTR|STRLEN|UNDEF)\b)`,
].join("|"), "gi");

export function tokens(text) {
  return [...text.matchAll(TOKENS)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: Object.keys(match.groups).find((kind) => match.groups[kind] !== undefined),
  }));
}

export class Editor {
  constructor(area, ink, list, onrun) {
    Object.assign(this, { area, ink, list, onrun });
    this.choices = [];
    this.chosen = 0;
    area.addEventListener("input", () => { this.paint(); this.later(false); });
    area.addEventListener("keydown", (event) => this.pressed(event));
    area.addEventListener("blur", () => this.close());
    area.addEventListener("click", () => this.close());
    list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the area keeps the focus
      const item = event.target.closest("li");
      if (item) this.accept(Number(item.dataset.place));
    });
    this.paint();
  }

  get text() { return this.area.value; }

  set text(text) {
    this.area.value = text;
    this.close();
    this.paint();
  }

  paint() {
    const parts = [];
    let at = 0;
    for (const { start, end, kind } of tokens(this.text)) {
      const piece = document.createElement("span");
      piece.className = kind;
      piece.textContent = this.text.slice(start, end);
      parts.push(this.text.slice(at, start), piece);
      at = end;
    }
    this.ink.replaceChildren(...parts, this.text.slice(at) + "\n");
  }

  goTo(line, column) {
    const lines = this.text.split("\n").slice(0, line - 1);
    const at = lines.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
    this.area.setSelectionRange(at, at);
  }

  // Completion

  word() {
    const at = this.area.selectionStart;
    if (at !== this.area.selectionEnd) return "";
    const inside = tokens(this.text).find(({ start, end, kind }) => start < at
      && (at < end || (at === end && ["comment", "iri", "variable"].includes(kind)))
      && ["comment", "string", "iri", "variable"].includes(kind));
    if (inside) return "";
    return this.text.slice(0, at).match(/(?:[A-Za-z][\w-]*:)?[\w.-]*$/)[0];
  }

  later(isForced) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.suggest(isForced), 60);
  }

  async suggest(isForced) {
    const word = this.word();
    this.abort?.abort();
    if (!word || !/^[A-Za-z]/.test(word) || (word.length < 2 && !isForced)) return this.close();
    this.abort = new AbortController();
    try {
      const url = `/api/complete?q=${encodeURIComponent(word)}`;
      const response = await fetch(url, { signal: this.abort.signal });
      const { suggestions } = response.ok ? await response.json() : { suggestions: [] };
      if (word !== this.word()) return;
      const done = suggestions.length === 1 && suggestions[0].text === word;
      if (done || !suggestions.length || document.activeElement !== this.area) this.close();
      else this.open(suggestions, word);
    } catch (error) {
      this.close(); // aborted, or the server is gone
    }
  }

  open(choices, word) {
    this.choices = choices;
    this.length = word.length;
    this.list.replaceChildren(...choices.map(({ text, title }, place) => {
      const item = document.createElement("li");
      item.id = `choice${place}`;
      item.role = "option";
      item.dataset.place = place;
      const name = document.createElement("b");
      name.textContent = text;
      const words = document.createElement("span");
      words.textContent = title;
      item.append(name, words);
      return item;
    }));
    this.list.hidden = false;
    this.choose(0);
    this.place();
  }

  place() {
    const box = this.list.parentElement.getBoundingClientRect();
    const caret = this.caret(this.area.selectionStart - this.length);
    const room = box.width - this.list.offsetWidth;
    this.list.style.left = `${Math.max(0, Math.min(caret.left - box.left - 12, room))}px`;
    this.list.style.top = `${caret.bottom - box.top + 3}px`;
  }

  caret(at) {
    const walker = document.createTreeWalker(this.ink, NodeFilter.SHOW_TEXT);
    let node = walker.nextNode();
    while (at > node.length) { at -= node.length; node = walker.nextNode(); }
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, Math.min(at + 1, node.length));
    return range.getClientRects()[0] ?? range.getBoundingClientRect();
  }

  choose(place) {
    this.chosen = (place + this.choices.length) % this.choices.length;
    for (const [number, item] of [...this.list.children].entries()) {
      item.setAttribute("aria-selected", number === this.chosen);
    }
    this.list.children[this.chosen].scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", `choice${this.chosen}`);
  }

  accept(place) {
    const { text, kind } = this.choices[place];
    const at = this.area.selectionStart;
    this.area.setSelectionRange(at - this.length, at);
    this.close();
    // Deprecated, and the only way by which the browser can still undo it.
    if (!document.execCommand("insertText", false, text)) {
      this.area.setRangeText(text, at - this.length, at, "end");
      this.paint();
    }
    clearTimeout(this.timer);
    if (kind === "prefix") this.later(true);
  }

  close() {
    clearTimeout(this.timer);
    this.choices = [];
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    const { key, ctrlKey, metaKey } = event;
    if (key === "Enter" && (ctrlKey || metaKey)) { this.close(); this.onrun(); }
    else if (key === " " && ctrlKey) this.suggest(true);
    else if (this.list.hidden || ctrlKey || metaKey) return;
    else if (key === "ArrowDown") this.choose(this.chosen + 1);
    else if (key === "ArrowUp") this.choose(this.chosen - 1);
    else if (key === "Enter" || key === "Tab") this.accept(this.chosen);
    else if (key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}
