// Reads every file named in the arguments; prints {reader: {file: {key: value}}}. READERS: which ones.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const util = require("node:util");

// Vite and Next.js read the .env of a folder, and let the environment go before it
function ofFolder(read) {
  return (text, key) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "readers-"));
    try {
      fs.writeFileSync(path.join(folder, ".env"), text);
      return Object.fromEntries(Object.entries(read(folder)).filter(([name]) => name.startsWith(key)));
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  };
}

const readers = {
  node: (text) => util.parseEnv(text),
  dotenv: (text) => require("dotenv").parse(text),
  "dotenv-expand": (text) => require("dotenv-expand").expand({ parsed: require("dotenv").parse(text), processEnv: {} }).parsed,
  vite: ofFolder((folder) => require("vite").loadEnv("development", folder, "")),
  "@next/env": ofFolder((folder) => require("@next/env").loadEnvConfig(folder, true, console, true).combinedEnv),
};

const read = {};
for (const name of process.env.READERS.split(",")) {
  read[name] = {};
  for (const file of process.argv.slice(2)) {
    try {
      read[name][path.basename(file)] = { ...readers[name](fs.readFileSync(file, "utf8"), path.parse(file).name) };
    } catch {
      // a reader may refuse a file; then it reads nothing
    }
  }
}
process.stdout.write(JSON.stringify(read));
