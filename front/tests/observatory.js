// The real binary on a free port and a real browser. Both end with the test that asked for them.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { chromium } from "playwright-core";

const root = new URL("../../", import.meta.url).pathname;
const targets = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const binary = process.env.OBSERVATORY ?? join(targets, "debug", "observatory");
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Why the browser tests cannot run here, or nothing. With CI=true that is a failure. */
export function missing() {
  const needed = process.env.OBSERVATORY_ADDRESS ? [browserPath] : [browserPath, binary];
  const what = needed.find((path) => !existsSync(path));
  if (!what) return false;
  if (process.env.CI === "true") throw new Error(`${what} is missing`);
  console.error(`SKIPPED: ${what} is missing, so nothing was opened`);
  return `${what} is missing`;
}

/** Starts the demonstration world; its address without a slash at the end. */
export async function observatory() {
  if (process.env.OBSERVATORY_ADDRESS) return process.env.OBSERVATORY_ADDRESS;
  const world = spawn(binary, ["demo", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => world.once("exit", resolve));
  after(async () => {
    world.kill();
    await ended;
  });
  const said = [];
  return new Promise((resolve, reject) => {
    for (const stream of [world.stdout, world.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        const address = line.match(/^serving (http:\/\/[^ ]+?)\/ /)?.[1];
        if (address) resolve(address);
      });
    }
    ended.then(() => reject(new Error(`the demonstration world did not come up:\n${said.join("\n")}`)));
  });
}

/** A browser that asks nobody for anything on its own. */
export async function browser() {
  const opened = await chromium.launch({
    executablePath: browserPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  after(() => opened.close());
  return opened;
}

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 390, height: 844 };
