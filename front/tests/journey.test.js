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

  const kind = await networkWithItem(page, follow);
  await follow(main.locator(`a[href^="/${kind}/"]`).first());
  await page.waitForURL((url) => url.pathname.startsWith(`/${kind}/`));

  const record = main.locator('a[href^="/record/"]').first();
  if (!(await record.isVisible())) {
    const folded = main.locator("details", { has: page.locator('a[href^="/record/"]') }).first();
    await follow(folded.locator("summary").first());
    await record.waitFor({ state: "visible" });
  }
  const [, digest] = (await record.getAttribute("href")).match(/^\/record\/([0-9a-f]{64})\/\d+/);
  await follow(record);
  await page.waitForURL(/\/record\//);
  const shown = await page.textContent("main");
  assert.ok(shown.includes(digest.slice(0, 12)), "the record names its file");
  assert.match(shown, /([0-9a-f]{2} ){8}/, "the record is shown octet by octet");
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
    for (const kind of ["incident", "event"]) {
      if ((await page.locator(`main a[href^="/${kind}/"]:visible`).count()) > 0) return kind;
    }
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
