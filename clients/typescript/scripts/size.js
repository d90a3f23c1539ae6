// Prints the size of the client as a page loads it: bundled, minified and compressed. Exits with 1 above the limit.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const LIMIT = 12 * 1024;

/** Bundles a module that imports these names, and returns the text. */
export async function bundled(names) {
  const contents = `export { ${names} } from "./src/index.ts";`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: new URL("..", import.meta.url).pathname },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  return outputFiles[0].text;
}

/** Prints the size of a bundle, and returns it. */
async function shown(what, names) {
  const text = await bundled(names);
  const compressed = gzipSync(text, { level: 9 }).length;
  console.log(`${what}: ${compressed} bytes minified and compressed (${text.length} before compression)`);
  return compressed;
}

const whole = await shown(
  "all of @devconnect/client",
  "Client, Rest, IndexedDbQueue, wakeWithPage, Refused, SessionEnded",
);
await shown("Rest alone", "Rest");
if (whole > LIMIT) {
  console.error(`@devconnect/client is larger than ${LIMIT} bytes.`);
  process.exitCode = 1;
}
