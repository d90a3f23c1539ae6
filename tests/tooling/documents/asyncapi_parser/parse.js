// Prints what the parser of AsyncAPI finds wrong with a document, as JSON: [{severity, path, message}]; 0 is an error.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const told = diagnostics.map(({ severity, path, message }) => ({ severity, path: path.join("."), message }));
console.log(JSON.stringify(told));
