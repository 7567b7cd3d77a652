import { defineConfig } from "vite";

// One small module. It is committed where the binary takes it from, so that building the binary needs no Node;
// its name gets its digest there.
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "../crates/web/static",
    emptyOutDir: false,
    modulePreload: false,
    rolldownOptions: {
      input: "src/main.ts",
      output: { format: "es", entryFileNames: "observatory.js", codeSplitting: false },
    },
  },
});
