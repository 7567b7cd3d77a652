// Which outline belongs to which code. Natural Earth draws countries; registries know economies, ISO 3166-1
// alpha-2. Parts of a country that have a code of their own are taken out by where they lie.

import { feature } from "topojson-client";
import iso from "i18n-iso-countries";

import { project } from "./projection.js";

/** Parts with a code of their own: the country that holds them and the box they lie in (west, south, east, north). */
const parts = [
  ["GF", "FR", [-55, 2, -51, 6]],
  ["GP", "FR", [-62, 15.7, -60.9, 16.6]],
  ["MQ", "FR", [-61.4, 14.3, -60.7, 15]],
  ["RE", "FR", [55, -21.5, 56, -20.7]],
  ["YT", "FR", [44.9, -13.1, 45.4, -12.5]],
  ["SJ", "NO", [-10, 70.5, 35, 82]],
  ["BV", "NO", [3, -55, 4, -54]],
  ["BQ", "NL", [-70, 11, -60, 18]],
  ["CX", "Indian Ocean Ter.", [105, -11, 106, -10]],
  ["CC", "Indian Ocean Ter.", [96, -13, 97, -11]],
];

/** The mainland of Norway reaches 71.2° north: only what lies wholly in its box is taken out. */
const inside = ([west, south, east, north], ring) =>
  ring.every(([x, y]) => x >= west && x <= east && y >= south && y <= north);

/** Economies that neither file draws, or draws where the map has been cut off. */
const places = [
  ["AQ", [-62, -56.6]],
  ["BV", [3.4, -54.4]],
  ["TK", [-171.8, -9.2]],
];

const codeOf = (geometry) => iso.numericToAlpha2(geometry.id) ?? "--";

/** Polygons on the sphere of every code, from the medium file, and from the fine one what that leaves out. */
export function economies(atlas, fine) {
  const found = new Map();
  const add = (code, polygons) => found.set(code, [...(found.get(code) ?? []), ...polygons]);
  for (const geometry of atlas.objects.countries.geometries) {
    const country = codeOf(geometry);
    if (country === "AQ") continue;
    for (const polygon of polygonsOf(atlas, geometry)) {
      const part = parts.find(
        ([, of, box]) => (of === country || of === geometry.properties.name) && inside(box, polygon[0]),
      );
      add(part ? part[0] : country, [polygon]);
    }
  }
  for (const geometry of fine.objects.countries.geometries) {
    const code = codeOf(geometry);
    if (code !== "--" && code !== "AQ" && !found.has(code)) add(code, polygonsOf(fine, geometry));
  }
  return found;
}

function polygonsOf(atlas, geometry) {
  const { type, coordinates } = feature(atlas, geometry).geometry;
  return type === "Polygon" ? [coordinates] : coordinates;
}

/** Dots of the economies that are drawn nowhere. */
export function dots(drawn) {
  return places
    .filter(([code]) => !drawn.has(code))
    .map(([code, place]) => [code, project(place).map(Math.round)]);
}
