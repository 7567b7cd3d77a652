// What the script adds to maps and charts.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, missing, observatory, WIDE } from "./observatory.js";

const skip = missing();

test("the map of economies", { skip, timeout: 120_000 }, async (t) => {
  const [address, chromium] = await Promise.all([observatory(), browser()]);
  const page = await (await chromium.newContext({ viewport: WIDE })).newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${address}/?score=routing_information_rpki`, { waitUntil: "networkidle" });
  const map = page.locator("economy-map svg.map");
  const tip = page.locator("economy-map .tip");
  const here = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  const fine = () => asked.filter((url) => /\/static\/outlines-50m\.[0-9a-f]{16}\.txt$/.test(url));

  await t.test("is one stop for the keyboard", async () => {
    const links = await map.locator("a").count();
    assert.ok(links > 5, `${links} economies`);
    assert.equal(await map.locator('a[tabindex="0"]').count(), 1);
    await page.locator('nav[aria-label="Score on the map"] a').last().focus();
    await page.keyboard.press("Tab");
    assert.match(await here(), /^.+: (.+ of .+ ready|no data for )/);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.closest("svg")), null);
    await page.keyboard.press("Shift+Tab");
  });

  await t.test("arrows and letters go from economy to economy", async () => {
    const start = await here();
    await page.keyboard.press("Home");
    const first = await here();
    await page.keyboard.press("End");
    assert.notEqual(await here(), first);
    await page.keyboard.press("Home");
    const west = await page.evaluate(() => document.activeElement.getBoundingClientRect().left);
    await page.keyboard.press("ArrowRight");
    assert.ok((await page.evaluate(() => document.activeElement.getBoundingClientRect().left)) !== west);
    assert.notEqual(await here(), start === first ? "" : first);
    await page.keyboard.press("j");
    assert.match(await here(), /^J/);
    assert.equal(await map.locator('a[tabindex="0"]').count(), 1, "still one stop");
    const [name, value] = (await here()).split(": ");
    assert.equal(await tip.textContent(), name + value, "what is said is shown too");
    await page.keyboard.press("Escape");
    assert.ok(await tip.isHidden(), "Escape puts it away");
  });

  await t.test("tells what the pointer is on", async () => {
    await map.locator('a[aria-label^="Brazil: "] path').hover();
    assert.match(await tip.textContent(), /^Brazil/);
    assert.equal(await map.locator("title").count(), 0, "the browser's own tip does not come as well");
  });

  await t.test("fetches the finer outlines once, and only when someone comes closer", async () => {
    assert.equal(fine().length, 0);
    const brazil = map.locator('a[aria-label^="Brazil: "] path');
    const rough = await brazil.getAttribute("d");
    await page.getByRole("button", { name: "Zoom in" }).click();
    const finer = ([path, rough]) => path.getAttribute("d").length > 3 * rough.length;
    await page.waitForFunction(finer, [await brazil.elementHandle(), rough], { timeout: 5_000 });
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "Show the whole map" }).click();
    assert.equal(await map.getAttribute("viewBox"), `0 0 ${(await map.getAttribute("viewBox")).split(" ").slice(2).join(" ")}`);
    assert.equal(fine().length, 1);
  });

  await t.test("Enter follows the link", async () => {
    await page.locator('nav[aria-label="Score on the map"] a').last().focus();
    await page.keyboard.press("Tab");
    const href = await page.evaluate(() => document.activeElement.getAttribute("href"));
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => `${url.pathname}${url.search}${url.hash}` === href);
  });
});

test("a chart of months", { skip, timeout: 60_000 }, async () => {
  const [address, chromium] = await Promise.all([observatory(), browser()]);
  const page = await (await chromium.newContext({ viewport: WIDE })).newPage();
  await page.goto(`${address}/`);
  const section = page.locator('section[aria-labelledby="trend"]');
  const chart = section.locator("trend-chart").first();
  if ((await chart.count()) === 0) {
    assert.match(await section.textContent(), /a trend needs two months/);
    console.error("SKIPPED: the world has one month, so there is a sentence and no chart");
    return;
  }
  const plot = chart.locator("svg.plot");
  const rows = await chart.locator("tbody tr").allTextContents();
  const cells = await chart.locator("tbody tr").last().locator("td").allTextContents();
  assert.ok(rows.length >= 2);
  await plot.focus();
  await page.keyboard.press("Home");
  assert.equal(await plot.getAttribute("aria-valuenow"), "1");
  await page.keyboard.press("End");
  const said = await plot.getAttribute("aria-valuetext");
  const shown = await chart.locator(".tip").textContent();
  for (const cell of cells) {
    assert.ok(said.includes(cell.trim()), `${cell} is not in ${said}`);
    assert.ok(shown.includes(cell.trim()), `${cell} is not in ${shown}`);
  }
  await page.keyboard.press("ArrowLeft");
  assert.equal(await plot.getAttribute("aria-valuenow"), String(rows.length - 1));
  const { x, y, height } = await plot.boundingBox();
  await page.mouse.move(x + 5, y + height / 2);
  assert.equal(await plot.getAttribute("aria-valuenow"), "1", "the pointer reads the nearest month");
});
