export type Point = { x: number; y: number };

/** Where an arrow key leads, as a direction. */
export const ARROWS: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/**
 * Index of the nearest place in a direction, -1 if nothing lies there. What lies within 45° of the direction comes
 * first; beyond that anything on that side, so that no place is a dead end while there is another one there.
 */
export function nearest(places: readonly Point[], from: number, direction: Point): number {
  const start = places[from];
  if (!start) return -1;
  let best = -1;
  let bestCost = Infinity;
  places.forEach((place, i) => {
    const along = (place.x - start.x) * direction.x + (place.y - start.y) * direction.y;
    if (i === from || along <= 0) return;
    const aside = Math.abs((place.x - start.x) * direction.y) + Math.abs((place.y - start.y) * direction.x);
    const cost = Math.hypot(along, aside) + (aside > along ? 1e6 : aside);
    if (cost < bestCost) [best, bestCost] = [i, cost];
  });
  return best;
}
