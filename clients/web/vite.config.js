import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const client = fileURLToPath(new URL("../typescript/src/index.ts", import.meta.url));

// `npx vite` serves the page at port 5173, for the API that `make run` has.
export default defineConfig({
  resolve: { alias: { "@devconnect/client": client } },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});
