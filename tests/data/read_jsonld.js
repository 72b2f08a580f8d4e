// Reads a JSON-LD file with jsonld.js and prints its triples as N-Quads:
//     NODE_PATH=.../node_modules node read_jsonld.js FILE
// It reads a document at a time, all under the context of the file, since the whole
// graph is more than jsonld.js can hold at once.
const fs = require("fs");
const jsonld = require("jsonld");

async function main() {
  const whole = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
  const context = whole["@context"];
  const documents = whole["@graph"];
  for (let start = 0; start < documents.length; start += 1000) {
    const part = { "@context": context, "@graph": documents.slice(start, start + 1000) };
    const quads = await jsonld.toRDF(part, { format: "application/n-quads" });
    fs.writeSync(1, quads);
  }
}

main();
