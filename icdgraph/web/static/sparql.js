// The query page: choose a question, change it, run it, read the answer.

import { Editor } from "./editor.js";
import { Answer, element } from "./answer.js";

const ROWS = 1000; // a download has all rows
const START = `# All codes below M54, with their titles.  Change it and press Ctrl+Enter.
SELECT ?code ?title {
  ?code skos:broader+ ICD10CM:M54 ;
        skos:prefLabel ?title ;
        ig:order ?order
} ORDER BY ?order`;
const FORMATS = {
  rows: { csv: "CSV", tsv: "TSV", json: "JSON", xml: "XML" },
  triples: { turtle: "Turtle", ntriples: "N-Triples", jsonld: "JSON-LD", rdfxml: "RDF/XML" },
};
const ENDINGS = { turtle: "ttl", ntriples: "nt", rdfxml: "rdf" };

const $ = (id) => document.getElementById(id);
const editor = new Editor($("text"), $("ink"), $("list"), () => run());
let page;
let answers;
let running;

// Running

async function run(remember = true) {
  running?.abort();
  const mine = (running = new AbortController());
  const query = editor.text;
  if (remember) keep(query);
  clear("Running ...");
  $("stop").hidden = false;
  const start = performance.now();
  try {
    const response = await fetch("/sparql", {
      method: "POST",
      headers: { Accept: "application/sparql-results+json, text/turtle" },
      body: new URLSearchParams({ query, limit: Math.min(ROWS, page.limit) }),
      signal: mine.signal,
    });
    const text = await response.text();
    if (response.ok) show(response, text, query, (performance.now() - start) / 1000);
    else fail(text);
  } catch (error) {
    if (running !== mine) return; // the next query is running already
    if (error.name === "AbortError") clear("Stopped.");
    else fail("The server does not respond. Is icdgraph serve still running?");
  } finally {
    if (running === mine) $("stop").hidden = true;
  }
}

function show(response, text, query, seconds) {
  const type = response.headers.get("Content-Type");
  const isRows = type.includes("sparql-results");
  const count = Number(response.headers.get("Icdgraph-Count"));
  const isCut = response.headers.get("Icdgraph-Cut") === "true";
  const answer = answers.of(text, type);
  const what = isRows ? (count === 1 ? "row" : "rows") : (count === 1 ? "triple" : "triples");
  const summary = answer.className === "yesno" ? "Answered"
    : isCut ? `The first ${count.toLocaleString("en")} ${what}`
      : `${count.toLocaleString("en")} ${what}`;
  clear(`${summary} in ${seconds.toFixed(2)} s`);
  showHints(JSON.parse(response.headers.get("Icdgraph-Hint") ?? "[]"));
  $("answer").append(answer);
  $("message").scrollIntoView({ block: "nearest" });
  $("links").hidden = false;
  $("links").append(isCut ? "Download all: " : "Download: ");
  for (const [format, label] of Object.entries(FORMATS[isRows ? "rows" : "triples"])) {
    const href = `/sparql?${new URLSearchParams({ query, format })}`;
    const download = `icdgraph.${ENDINGS[format] ?? format}`;
    $("links").append(element("a", label, { href, download }));
  }
}

// What the query has wrong, where it finds nothing.
function showHints(hints) {
  $("hints").replaceChildren(...hints.map((hint) => element("p", hint)));
  $("hints").hidden = hints.length === 0;
}

function fail(text) {
  clear("");
  const place = text.match(/^line (\d+), column (\d+)/);
  const [message, ...source] = text.trimEnd().split("\n"); // a sentence, the line, its caret
  $("error").replaceChildren(element("span", message));
  if (source.length) $("error").append(element("pre", source.join("\n")));
  $("error").hidden = false;
  $("error").scrollIntoView({ block: "nearest" });
  if (place) editor.goTo(Number(place[1]), Number(place[2]));
}

function clear(message) {
  $("message").textContent = message;
  $("error").hidden = true;
  showHints([]);
  $("links").hidden = true;
  $("links").replaceChildren();
  $("answer").replaceChildren();
}

function keep(query) {
  const url = `/sparql?${new URLSearchParams({ query })}`;
  if (url.length < 8000 && url !== location.pathname + location.search) {
    history.pushState(null, "", url);
  }
}

// The named queries

function listExamples() {
  for (const { name, question, group } of page.queries) {
    let heading = $("example").lastElementChild;
    if (heading.label !== group) {
      heading = element("optgroup", "", { label: group });
      $("example").append(heading);
    }
    heading.append(element("option", question, { value: name }));
  }
}

async function pickExample() {
  const chosen = page.queries.find(({ name }) => name === $("example").value);
  $("parameters").replaceChildren(...(chosen?.parameters ?? []).map((parameter) => {
    const label = element("label");
    label.append(element("span", parameter.description || parameter.name));
    const input = element("input", "", { name: parameter.name, value: parameter.default ?? "" });
    input.addEventListener("change", bindExample);
    input.addEventListener("keydown", async (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (await bindExample()) run();
    });
    label.append(input);
    return label;
  }));
  $("about").textContent = chosen?.explanation ?? "";
  $("about").hidden = !chosen?.explanation;
  if (chosen) await bindExample();
}

async function bindExample() {
  const name = $("example").value;
  const inputs = [...$("parameters").querySelectorAll("input")];
  const values = new URLSearchParams(inputs.map((input) => [input.name, input.value]));
  const response = await fetch(`/api/queries/${encodeURIComponent(name)}?${values}`);
  if (name !== $("example").value) return false;
  if (!response.ok) fail(await response.text());
  else {
    clear("");
    editor.text = (await response.json()).text;
  }
  return response.ok;
}

// Starting

function fromAddress() {
  const query = new URLSearchParams(location.search).get("query");
  editor.text = query ?? START;
  if (query) run(false);
  else clear("");
}

async function start() {
  page = await (await fetch("/api/page")).json();
  answers = new Answer(page.prefixes, page.here);
  listExamples();
  $("example").addEventListener("change", pickExample);
  $("form").addEventListener("submit", (event) => { event.preventDefault(); run(); });
  $("stop").addEventListener("click", () => running?.abort());
  window.addEventListener("popstate", fromAddress);
  fromAddress();
  document.documentElement.dataset.ready = "yes";
}

start();
