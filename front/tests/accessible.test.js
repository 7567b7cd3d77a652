// axe on every kind of page, light and dark, on a phone and wide: WCAG 2.2 AA without a violation.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import { browser, missing, NARROW, observatory, WIDE } from "./observatory.js";
import { found } from "./pages.js";

const skip = missing();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

test("every page is accessible", { skip, timeout: 600_000 }, async (t) => {
  const [address, chromium] = await Promise.all([observatory(), browser()]);
  const pages = await found(address);
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [NARROW, WIDE]) {
      // The policy of the pages forbids scripts of others: here alone it is set aside, for axe itself.
      const context = await chromium.newContext({ viewport, colorScheme, bypassCSP: true, reducedMotion: "reduce" });
      const page = await context.newPage();
      for (const { name, path } of pages) {
        await t.test(`${name}, ${colorScheme}, ${viewport.width} px`, async () => {
          await page.goto(address + path);
          await page.evaluate(() => {
            for (const folded of document.querySelectorAll("details:not([name])")) folded.open = true;
          });
          await page.evaluate(axe);
          const violations = await page.evaluate(async (values) => {
            const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values } });
            return violations.map(({ id, help, nodes }) => {
              const some = nodes.slice(0, 3).map((node) => `${node.target}: ${node.failureSummary}`);
              return `${id}: ${help} (${nodes.length})\n  ${some.join("\n  ")}`;
            });
          }, TAGS);
          assert.equal(violations.join("\n"), "");
        });
      }
      await context.close();
    }
  }
});
