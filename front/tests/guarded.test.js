// Of every page: what it loads and from where, how much that is, what it may, and that it fits a phone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, missing, NARROW, observatory, WIDE } from "./observatory.js";
import { found, SHARED_BYTES_MAX } from "./pages.js";

const skip = missing();

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

test("every page keeps to itself", { skip, timeout: 180_000 }, async (t) => {
  const [address, chromium] = await Promise.all([observatory(), browser()]);
  for (const { name, path, status, bytesMax } of await found(address)) {
    await t.test(`${name}, ${path}`, async () => {
      const context = await chromium.newContext({ viewport: WIDE });
      const page = await context.newPage();
      const [foreign, said, loading] = [[], [], []];
      page.on("request", (request) => {
        if (!request.url().startsWith(`${address}/`) && !request.url().startsWith("data:")) foreign.push(request.url());
      });
      page.on("requestfinished", (request) => {
        const bytes = request.sizes().then((sizes) => sizes.responseBodySize);
        loading.push(bytes.then((bytes) => ({ bytes, shared: !request.isNavigationRequest() })));
      });
      page.on("pageerror", (error) => said.push(String(error)));
      page.on("console", (message) => {
        const expected = status !== 200 && message.text().startsWith("Failed to load resource");
        if (["error", "warning"].includes(message.type()) && !expected) said.push(message.text());
      });
      const answer = await page.goto(address + path, { waitUntil: "networkidle" });
      assert.equal(answer.status(), status);
      const policy = (answer.headers()["content-security-policy"] ?? "").split("; ");
      assert.deepEqual(policy, POLICY);
      const loaded = await Promise.all(loading);
      for (const [shared, most] of [[false, bytesMax], [true, SHARED_BYTES_MAX]]) {
        const bytes = loaded.filter((file) => file.shared === shared).reduce((sum, file) => sum + file.bytes, 0);
        assert.ok(bytes > 0 && bytes <= most, `${bytes} bytes of ${shared ? "files" : "the page"}, at most ${most}`);
      }

      await page.setViewportSize(NARROW);
      const sticksOut = await page.evaluate(() => {
        const over = document.documentElement.scrollWidth - innerWidth;
        if (over <= 0) return null;
        const wide = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > innerWidth + 1);
        return `${over} px: ${wide.slice(0, 3).map((each) => each.outerHTML.slice(0, 90)).join(" | ")}`;
      });
      assert.equal(sticksOut, null, "the page scrolls sideways on a phone");
      assert.equal(foreign.join("\n"), "", "requests to another host");
      assert.equal(said.join("\n"), "", "errors in the console");
      await context.close();
    });
  }
});
