import type { Point } from "./nearest";
import { clamp } from "./tip";

const FACTOR_MAX = 16;

/** The part of a drawing that is shown. Buttons and keys come closer, dragging moves; the wheel stays the page's. */
export class Viewport {
  readonly #svg: SVGSVGElement;
  readonly #moved: () => void;
  readonly #width: number;
  readonly #height: number;
  /** Patterns of the drawing alone, apart from those of its legend: they keep their size when it comes closer. */
  readonly #patterns: { own: Element; turn: string }[];
  #centre: Point;
  factor = 1;

  constructor(svg: SVGSVGElement, moved: () => void) {
    this.#svg = svg;
    this.#moved = moved;
    ({ width: this.#width, height: this.#height } = svg.viewBox.baseVal);
    this.#centre = { x: this.#width / 2, y: this.#height / 2 };
    this.#patterns = [...svg.querySelectorAll("pattern")].map((pattern) => {
      const own = pattern.cloneNode(true) as Element;
      own.id = `${pattern.id}-own`;
      pattern.after(own);
      for (const layer of svg.querySelectorAll(`[fill="url(#${pattern.id})"]`)) layer.setAttribute("fill", `url(#${own.id})`);
      return { own, turn: pattern.getAttribute("patternTransform") ?? "" };
    });
    this.#drag();
  }

  /** Comes closer by a factor, towards `at` if given. */
  zoom(by: number, at?: Point): void {
    this.factor = clamp(this.factor * by, 1, FACTOR_MAX);
    if (at && by > 1) this.#centre = at;
    this.#show();
  }

  reset(): void {
    this.factor = 1;
    this.#show();
  }

  /** Moves so that a place is seen, if it is not. */
  reveal(place: Point): void {
    const reach = { x: (this.#width / this.factor) * 0.45, y: (this.#height / this.factor) * 0.45 };
    if (Math.abs(place.x - this.#centre.x) > reach.x || Math.abs(place.y - this.#centre.y) > reach.y) {
      this.#centre = place;
      this.#show();
    }
  }

  #show(): void {
    const [width, height] = [this.#width / this.factor, this.#height / this.factor];
    const inside = (value: number, part: number, whole: number) => clamp(value, part / 2, whole - part / 2);
    this.#centre = { x: inside(this.#centre.x, width, this.#width), y: inside(this.#centre.y, height, this.#height) };
    const { x, y } = this.#centre;
    this.#svg.setAttribute("viewBox", `${x - width / 2} ${y - height / 2} ${width} ${height}`);
    // Dots and patterns keep their size on the screen.
    this.#svg.style.setProperty("--zoom", String(this.factor));
    for (const { own, turn } of this.#patterns) {
      own.setAttribute("patternTransform", `${turn} scale(${1 / this.factor})`);
    }
    this.#moved();
  }

  #drag(): void {
    let from: Point | undefined;
    let dragged = false;
    const unit = () => this.#width / this.factor / this.#svg.clientWidth;
    this.#svg.addEventListener("pointerdown", (event) => {
      dragged = false;
      if (this.factor > 1 && event.button === 0) from = { x: event.clientX, y: event.clientY };
    });
    this.#svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const step = { x: event.clientX - from.x, y: event.clientY - from.y };
      if (!dragged && Math.hypot(step.x, step.y) < 4) return;
      if (!dragged) this.#svg.setPointerCapture(event.pointerId);
      dragged = true;
      from = { x: event.clientX, y: event.clientY };
      this.#centre = { x: this.#centre.x - step.x * unit(), y: this.#centre.y - step.y * unit() };
      this.#show();
    });
    for (const end of ["pointerup", "pointercancel"]) this.#svg.addEventListener(end, () => (from = undefined));
    // The end of a drag is no click on what lies there, and a link is not dragged away.
    this.#svg.addEventListener("click", (event) => dragged && event.preventDefault(), { capture: true });
    this.#svg.addEventListener("dragstart", (event) => event.preventDefault());
  }
}
