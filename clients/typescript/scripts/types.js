// Writes src/generated/: the types of the REST API and of the frames, from the OpenAPI and AsyncAPI documents.
// With --check it writes nothing, and exits with 1 where the files are not those of the documents.
import { readFile, writeFile } from "node:fs/promises";
import openapiTypescript, { astToString } from "openapi-typescript";

const DOCUMENTS = new URL("../../../infra/documents/", import.meta.url);
const GENERATED = new URL("../src/generated/", import.meta.url);
const HEADER = "// Made by scripts/types.js from the documents of the service. Do not edit: npm run types.\n\n";

const read = async (name) => JSON.parse(await readFile(new URL(name, DOCUMENTS), "utf8"));
const typed = async (document) =>
  HEADER + astToString(await openapiTypescript(document, { defaultNonNullable: false }));

// The schemas of an AsyncAPI document are those of JSON Schema, as OpenAPI's are. Frames are what the socket carries;
// the other channels are Kafka's.
async function frames() {
  const { channels, components } = await read("asyncapi.json");
  const names = Object.keys(channels.socket.messages).filter((name) => name in components.schemas);
  const schemas = Object.fromEntries(
    reachable(names, components.schemas).map((name) => [name, components.schemas[name]]),
  );
  return { openapi: "3.1.0", info: { title: "frames", version: "0" }, paths: {}, components: { schemas } };
}

// The named schemas and all that they refer to, in the order of their names.
function reachable(names, schemas) {
  const found = new Set();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    for (const [, other] of JSON.stringify(schemas[name]).matchAll(/#\/components\/schemas\/(\w+)/g)) open.push(other);
  }
  return [...found].sort();
}

const made = { "rest.ts": await typed(await read("openapi.json")), "frames.ts": await typed(await frames()) };
for (const [name, text] of Object.entries(made)) {
  const file = new URL(name, GENERATED);
  if (!process.argv.includes("--check")) {
    await writeFile(file, text);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== text) {
    console.error(`src/generated/${name} is not what the documents say: npm run types`);
    process.exitCode = 1;
  }
}
