import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../..", import.meta.url);

function node(script: string): string {
  return execFileSync("node", [script], { cwd: ROOT, encoding: "utf8" });
}

test("the types are those of the OpenAPI and AsyncAPI documents", () => {
  execFileSync("node", ["scripts/types.js", "--check"], { cwd: ROOT, stdio: "inherit" });
});

test("the client is small, and a page that needs Rest alone loads Rest alone", () => {
  const sizes = [...node("scripts/size.js").matchAll(/: (\d+) bytes/g)].map(([, size]) => Number(size));
  const [whole = 0, restAlone = 0] = sizes;
  assert.ok(whole > 0 && whole <= 12 * 1024, `${whole}`);
  assert.ok(restAlone < whole / 4, `${restAlone} of ${whole}`);
});

test("there is no run-time dependency", () => {
  const manifest = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.sideEffects, false);
});
