// From the world to the raw record: with a pointer, with the keyboard alone, and without a script.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, missing, observatory, WIDE } from "./observatory.js";

const skip = missing();

test("the journey from the world to the raw record", { skip, timeout: 180_000 }, async (t) => {
  const [address, chromium] = await Promise.all([observatory(), browser()]);
  for (const scripts of [true, false]) {
    await t.test(scripts ? "with a pointer" : "without scripts", async () => {
      const page = await (await chromium.newContext({ viewport: WIDE, javaScriptEnabled: scripts })).newPage();
      await page.goto(`${address}/`);
      assert.match(await page.textContent("h1"), /Routing security in/);
      await travel(page, (link) => link.click());
    });
  }
  await t.test("with the keyboard alone", async () => {
    const page = await (await chromium.newContext({ viewport: WIDE })).newPage();
    await page.goto(`${address}/`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "content");
    await travel(page, async (link) => {
      await tabTo(page, link);
      await page.keyboard.press("Enter");
    });
  });
});

/** `follow` opens a link or unfolds a summary. */
async function travel(page, follow) {
  const main = page.locator("main");
  const economies = main.locator('table a[href^="/economy/"]');
  const name = (await economies.first().textContent()).replace(/^[A-Z]{2} /, "");
  await follow(economies.first());
  await page.waitForURL(/\/economy\//);
  assert.ok((await page.textContent("h1")).includes(name.trim()), `${name} is not what its page is headed`);

  const item = await networkWithItem(page, follow);
  if (item === "incident") {
    await follow(main.locator('a[href^="/incident/"]').first());
    await page.waitForURL(/\/incident\//);
  }

  const sightings = main.locator("details:has(table)", { hasText: /at byte/ });
  if ((await sightings.count()) > 0) {
    await follow(sightings.first().locator("summary"));
    const record = sightings.first().locator("td:last-child").first();
    await record.waitFor({ state: "visible" });
    assert.match(await record.textContent(), /^[0-9a-f]{12}.*at byte \d+/s);
    assert.match(await record.locator("[title]").getAttribute("title"), /^sha256:[0-9a-f]{64}$/);
  } else {
    await follow(main.locator('a[href^="/api/"]').first());
    await page.waitForURL(/\/api\//);
    assert.ok(JSON.parse(await page.locator("body").innerText()).data, "a record of the API has data");
  }
}

/** Goes on to a network; the first of those linked that has something to show. */
async function networkWithItem(page, follow) {
  const links = page.locator('main a[href^="/network/"]:visible');
  const from = page.url();
  const tries = Math.min(await links.count(), 12);
  assert.ok(tries > 0, `${from} leads to no network`);
  for (let i = 0; i < tries; i += 1) {
    const asn = (await links.nth(i).textContent()).trim();
    await follow(links.nth(i));
    await page.waitForURL(/\/network\//);
    assert.ok((await page.textContent("main")).includes(asn), `${asn} is not on its page`);
    if ((await page.locator('main a[href^="/incident/"]').count()) > 0) return "incident";
    if ((await page.locator("main details", { hasText: /at byte/ }).count()) > 0) return "event";
    await page.goBack();
  }
  throw new Error(`none of the first ${tries} networks of ${from} has an incident or an event`);
}

/** Presses Tab until the place has the focus; at every stop on the way the focus is to be seen. */
async function tabTo(page, place) {
  const wanted = await place.elementHandle();
  for (let stops = 0; stops < 250; stops += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate((wanted) => {
      const here = document.activeElement;
      const style = getComputedStyle(here);
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      const { width, height, bottom, top } = here.getBoundingClientRect();
      const seen = width > 0 && height > 0 && bottom > 0 && top < innerHeight;
      return { there: here === wanted, outlined, seen, what: here.outerHTML.slice(0, 120) };
    }, wanted);
    assert.ok(stop.outlined, `the focus cannot be seen on ${stop.what}`);
    assert.ok(stop.seen, `the focus lies outside the window on ${stop.what}`);
    if (stop.there) return;
  }
  throw new Error("the keyboard does not get there within 250 stops");
}
