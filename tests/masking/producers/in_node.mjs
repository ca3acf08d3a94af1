import util from "node:util";
import querystring from "node:querystring";
const values = Object.keys(process.env).filter((name) => name.startsWith("PLANTED_")).sort().map((name) => process.env[name]);
const show = {
  "node util.inspect": (value) => util.inspect(value),
  "node util.inspect of an object": (value) => util.inspect({ deep: [{ token: value }] }),
  "node util.inspect of a map": (value) => util.inspect(new Map([[value, value]])),
  "node JSON.stringify": (value) => JSON.stringify({ token: value }),
  "node JSON.stringify twice": (value) => JSON.stringify(JSON.stringify({ token: value })),
  "node encodeURIComponent": encodeURIComponent,
  "node encodeURI": encodeURI,
  "node escape": escape,
  "node querystring": (value) => querystring.stringify({ token: value }),
  "node URLSearchParams": (value) => new URLSearchParams({ token: value }).toString(),
  "node String.raw in a template": (value) => `${value}`,
  "node util.format %o": (value) => util.format("%o", value),
  "node util.format %j": (value) => util.format("%j", [value]),
  "node error": (value) => util.inspect(new Error(value)),
  "node URL": (value) => { const url = new URL("http://127.0.0.1/"); url.password = value; url.hash = value; url.searchParams.set("a", value); return url.href; },
};
for (const [name, write] of Object.entries(show)) {
  console.log(`\n== ${name}`);
  for (const value of values) console.log(write(value));
}
