// Two readers of tool.schema.json, of which an editor and a checker are made; prints what they say, as JSON.
//     node schema.cjs SCHEMA < [{"complete": "text with a | where the cursor is"} or {"check": "text"}, …]
const fs = require("node:fs");
const Ajv = require("ajv");
const { getLanguageService, TextDocument } = require("vscode-json-languageservice");

const schema = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const check = new Ajv({ strict: true, allErrors: true }).compile(schema);
const editor = getLanguageService({});
editor.configure({ schemas: [{ uri: "schema://tool.json", fileMatch: ["*"], schema }] });

function opened(text) {
  const document = TextDocument.create("file:///tool.json", "json", 1, text);
  return [document, editor.parseJSONDocument(document)];
}

async function answer({ complete, check: text }) {
  if (complete !== undefined) {
    const [document, parsed] = opened(complete.replace("|", ""));
    const offered = await editor.doComplete(document, document.positionAt(complete.indexOf("|")), parsed);
    return offered.items.map((item) => item.label.replaceAll('"', ""));
  }
  const [document, parsed] = opened(text);
  const marks = await editor.doValidation(document, parsed, {}, schema);
  check(JSON.parse(text));
  return {
    editor: marks.map((mark) => [document.getText(mark.range), mark.message]),
    ajv: (check.errors ?? []).filter((error) => error.params.additionalProperty).map((error) => error.params.additionalProperty),
  };
}

(async () => {
  const asked = JSON.parse(fs.readFileSync(0, "utf8"));
  console.log(JSON.stringify(await Promise.all(asked.map(answer))));
})();
