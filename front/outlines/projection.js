// The sphere on the plane: Equal Earth, so that no economy looks larger than it is, turned so that the cut runs
// through the Bering Strait, and without Antarctica.

import { geoEqualEarth, geoPath } from "d3-geo";

const WIDTH = 2000;
const SOUTHERNMOST = -58;

const equalEarth = geoEqualEarth().rotate([-11, 0]).precision(0).scale(1).translate([0, 0]);
const [[west, north], [east]] = geoPath(equalEarth).bounds({ type: "Sphere" });
const scale = WIDTH / (east - west);
equalEarth.scale(scale).translate([-west * scale, -north * scale]);

// The corners of the sphere are sea; the drawing starts a little above the northernmost land.
const top = equalEarth([11, 83.7])[1] - 14;
equalEarth.translate([-west * scale, -north * scale - top]);

export const project = (place) => equalEarth(place);
export const drawing = { width: WIDTH, height: Math.round(project([11, SOUTHERNMOST])[1]) };

/** Rings on the plane of every code. Neighbours share their points exactly: nothing is resampled. */
export function collect(economies) {
  const drawn = new Map();
  for (const [code, polygons] of economies) {
    const rings = [];
    const pen = {
      moveTo: (x, y) => rings.push([[x, y]]),
      lineTo: (x, y) => rings.at(-1).push([x, y]),
      closePath: () => rings.at(-1).push(rings.at(-1)[0]),
      arc: () => {},
    };
    geoPath(equalEarth, pen)({ type: "MultiPolygon", coordinates: polygons });
    drawn.set(code, rings.filter((ring) => ring.length > 3));
  }
  return drawn;
}

/** Area of a ring, square units, whichever way round it goes. */
export function area(ring) {
  let sum = 0;
  for (let i = 1; i < ring.length; i += 1) {
    sum += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  }
  return Math.abs(sum / 2);
}

/** Area of the largest ring. */
export const spread = (rings) => Math.max(...rings.map(area));

/** Middle of the box around the largest ring, in whole units. */
export function middle(rings) {
  const [ring] = [...rings].sort((a, b) => area(b) - area(a));
  const halfway = (axis) => {
    const values = ring.map((point) => point[axis]);
    return Math.round((Math.min(...values) + Math.max(...values)) / 2);
  };
  return [halfway(0), halfway(1)];
}
