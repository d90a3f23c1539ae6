import { readFileSync } from "node:fs";

const lines = readFileSync(0, "utf8").split("\n");
for (let i = 0; i + 1 < lines.length; i += 2) {
  if (lines[i + 1] && !new RegExp(lines[i], "u").test(lines[i + 1])) console.log(lines[i]);
}
