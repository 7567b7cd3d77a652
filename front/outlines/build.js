// Makes the outlines of the map of economies from Natural Earth, as the package world-atlas holds it:
//
//   crates/web/src/map/outlines.txt    inline in the world page
//   crates/web/static/outlines-50m.txt fetched by the map when a visitor comes closer
//
// First line: width and height of the drawing. Then a line per economy in the order of the codes:
//
//   NL M…      an outline, as the d of an SVG path
//   SG @x,y    too small to be seen at this size: a dot at its middle
//   -- M…      land to which ISO 3166-1 gives no code of its own
//
// Both files are in the same units, so that one outline can take the place of the other.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

import { collect, drawing, middle, spread } from "./projection.js";
import { dots, economies } from "./economies.js";
import { outline, thin } from "./thin.js";

const require = createRequire(import.meta.url);
const atlas = require("world-atlas/countries-50m.json");
const fine = require("world-atlas/countries-10m.json");

/** A drawing: how much is taken away, how finely it is written, and what becomes a dot. */
const drawings = [
  {
    file: "../../crates/web/src/map/outlines.txt",
    // Square units: a triangle or an island smaller than this is not missed at 1200 pixels.
    triangle: 8,
    island: 16,
    decimals: 0,
    dot: 55,
    bytesMax: 25_000,
  },
  {
    file: "../../crates/web/static/outlines-50m.txt",
    triangle: 0.09,
    island: 0.05,
    decimals: 1,
    dot: 0.5,
    bytesMax: 300_000,
  },
];

const projected = collect(economies(atlas, fine));
for (const wanted of drawings) {
  const thinned = thin(projected, wanted.triangle);
  const lines = [];
  for (const [code, rings] of [...thinned].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const whole = spread(projected.get(code));
    const path = outline(rings, wanted.island, wanted.decimals);
    if (code === "--") {
      if (path) lines.push(`-- ${path}`);
    } else if (path && whole >= wanted.dot) {
      lines.push(`${code} ${path}`);
    } else {
      lines.push(`${code} @${middle(projected.get(code))}`);
    }
  }
  for (const [code, place] of dots(projected)) lines.push(`${code} @${place}`);
  lines.sort();
  const text = [`${drawing.width} ${drawing.height}`, ...lines, ""].join("\n");
  if (text.length > wanted.bytesMax) {
    throw new Error(`${wanted.file} has ${text.length} bytes, more than ${wanted.bytesMax}`);
  }
  writeFileSync(new URL(wanted.file, import.meta.url), text);
  const count = lines.filter((line) => line.includes("@")).length;
  console.log(`${wanted.file}: ${text.length} bytes, ${lines.length} economies, ${count} of them dots`);
}
