// Reads every file named in the arguments; prints {reader: {file: {key: value}}}. READERS: which ones.
const fs = require("node:fs");
const path = require("node:path");
const util = require("node:util");

const readers = {
  node: (text) => util.parseEnv(text),
  dotenv: (text) => require("dotenv").parse(text),
  "dotenv-expand": (text) => require("dotenv-expand").expand({ parsed: require("dotenv").parse(text), processEnv: {} }).parsed,
};

const read = {};
for (const name of process.env.READERS.split(",")) {
  read[name] = {};
  for (const file of process.argv.slice(2)) {
    try {
      read[name][path.basename(file)] = { ...readers[name](fs.readFileSync(file, "utf8")) };
    } catch {
      // a reader may refuse a file; then it reads nothing
    }
  }
}
process.stdout.write(JSON.stringify(read));
