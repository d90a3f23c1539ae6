import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// `npx vite` serves the page at port 5173, and its console at /console.html, for the API that `make run` has.
export default defineConfig({
  resolve: { alias: { "@devconnect/client": here("../typescript/src/index.ts") } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: [here("index.html"), here("console.html")] },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});
