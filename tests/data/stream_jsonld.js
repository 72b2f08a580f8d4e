// Reads a JSON-LD file in a stream and prints its triples as N-Quads:
//     NODE_PATH=.../node_modules node stream_jsonld.js FILE
// In its streaming profile, the parser refuses a document whose keys are out of order.
const fs = require("fs");
const { JsonLdParser } = require("jsonld-streaming-parser");
const { StreamWriter } = require("n3");

fs.createReadStream(process.argv[2])
  .pipe(new JsonLdParser({ streamingProfile: true }))
  .on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  })
  .pipe(new StreamWriter({ format: "N-Quads" }))
  .pipe(process.stdout);
