// Fewer points. Borders are thinned once and belong to both sides, so that no gap opens between neighbours.

import { feature } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, simplify } from "topojson-simplify";

import { area } from "./projection.js";

/** Rings without the points whose triangle with their neighbours is smaller than this (Visvalingam). */
export function thin(projected, triangle) {
  const features = [...projected].map(([id, rings]) => ({
    type: "Feature",
    id,
    properties: {},
    geometry: { type: "MultiPolygon", coordinates: rings.map((ring) => [ring]) },
  }));
  const shared = topology({ all: { type: "FeatureCollection", features } });
  const thinned = simplify(presimplify(shared), triangle);
  return new Map(
    feature(thinned, thinned.objects.all).features.map((each) => [
      each.id,
      each.geometry.coordinates.map(([ring]) => ring),
    ]),
  );
}

/** The d of an SVG path; islands smaller than this are left out, but never all of them. */
export function outline(rings, island, decimals) {
  const largest = Math.max(...rings.map(area));
  return rings
    .filter((ring) => area(ring) >= Math.min(island, largest))
    .map((ring) => written(ring, decimals))
    .join("");
}

/** A ring in relative steps; empty when nothing is left of it at this fineness. */
function written(ring, decimals) {
  const unit = 10 ** decimals;
  const whole = ring.map(([x, y]) => [Math.round(x * unit), Math.round(y * unit)]);
  const points = whole.filter(([x, y], i) => i === 0 || x !== whole[i - 1][0] || y !== whole[i - 1][1]);
  const bent = points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before || !after) return true;
    return (point[0] - before[0]) * (after[1] - before[1]) !== (point[1] - before[1]) * (after[0] - before[0]);
  });
  if (bent.length < 4) return "";
  const steps = bent.slice(0, -1).map(([x, y], i) => {
    const [fromX, fromY] = i === 0 ? [0, 0] : bent[i - 1];
    return number(x - fromX, unit) + separated(number(y - fromY, unit));
  });
  return `M${steps.map((step, i) => (i < 2 ? step : separated(step))).reduce((d, step, i) => (i === 1 ? `${d}l${step}` : d + step))}z`;
}

/** `0.3` as `.3`, `-0.3` as `-.3`. */
function number(value, unit) {
  return String(value / unit).replace(/^(-?)0\./, "$1.");
}

/** A number after another needs a space unless its sign parts them. */
const separated = (text) => (text.startsWith("-") ? text : ` ${text}`);
