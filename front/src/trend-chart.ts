import { clamp, Tip } from "./tip";

/**
 * A chart of months. The server draws it and puts the same numbers into a table; here a line follows the pointer or
 * the arrow keys, and a box reads the table's row of that month.
 */
export class TrendChart extends HTMLElement {
  #plot!: SVGSVGElement;
  #tip!: Tip;
  #guide!: SVGLineElement;
  #places: number[] = [];
  #rows: HTMLTableRowElement[] = [];
  #names: string[] = [];
  #at = 0;

  connectedCallback(): void {
    const plot = this.querySelector<SVGSVGElement>("svg.plot");
    const table = this.querySelector("table");
    if (!plot || !table || this.#tip) return;
    this.#plot = plot;
    this.#rows = [...(table.tBodies[0]?.rows ?? [])];
    this.#names = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent);
    this.#places = (plot.dataset.places ?? "").split(" ").map(Number);
    if (this.#rows.length === 0 || this.#places.length !== this.#rows.length) return;
    this.#tip = new Tip(this);
    this.#at = this.#rows.length - 1;
    this.#guide = document.createElementNS("http://www.w3.org/2000/svg", "line");
    for (const [key, value] of Object.entries({ class: "guide", y1: "12", y2: "218", visibility: "hidden" })) {
      this.#guide.setAttribute(key, value);
    }
    plot.append(this.#guide);
    // A slider is what a finger or a key moves along and what has a value at each place.
    plot.setAttribute("role", "slider");
    plot.setAttribute("tabindex", "0");
    plot.setAttribute("aria-valuemin", "1");
    plot.setAttribute("aria-valuemax", String(this.#rows.length));
    plot.setAttribute("aria-orientation", "horizontal");
    this.#value();
    plot.addEventListener("pointermove", (event) => {
      const box = plot.getBoundingClientRect();
      this.#go(this.#closest(((event.clientX - box.left) / box.width) * 100));
    });
    plot.addEventListener("pointerleave", () => this.#leave());
    plot.addEventListener("focus", () => plot.matches(":focus-visible") && this.#go(this.#at));
    plot.addEventListener("blur", () => this.#leave());
    plot.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event: KeyboardEvent): void {
    const last = this.#rows.length - 1;
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -last, End: last };
    const step = steps[event.key];
    if (event.key === "Escape") this.#leave();
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#go(clamp(this.#at + step, 0, last));
  }

  #closest(place: number): number {
    const away = this.#places.map((at) => Math.abs(at - place));
    return away.indexOf(Math.min(...away));
  }

  #go(at: number): void {
    this.#at = at;
    this.#value();
    const x = this.#places[at] ?? 0;
    this.#guide.setAttribute("x1", `${x}%`);
    this.#guide.setAttribute("x2", `${x}%`);
    this.#guide.setAttribute("visibility", "visible");
    const [month = "", ...values] = this.#cells(at);
    const bold = document.createElement("b");
    bold.textContent = month;
    const list = document.createElement("ul");
    values.forEach((value, i) => {
      const item = document.createElement("li");
      const number = document.createElement("span");
      number.textContent = value;
      item.append(this.#names[i + 1] ?? "", number);
      list.append(item);
    });
    const box = this.#plot.getBoundingClientRect();
    this.#tip.show([bold, list], box.left + (box.width * x) / 100, box.top);
  }

  #cells(at: number): string[] {
    return [...(this.#rows[at]?.cells ?? [])].map((cell) => cell.textContent.trim());
  }

  /** The value of the slider: the month and what the series are in it. */
  #value(): void {
    const [month = "", ...values] = this.#cells(this.#at);
    const said = values.map((value, i) => `${this.#names[i + 1]} ${value}`).join(", ");
    this.#plot.setAttribute("aria-valuenow", String(this.#at + 1));
    this.#plot.setAttribute("aria-valuetext", `${month}: ${said}`);
  }

  #leave(): void {
    this.#tip.hide();
    this.#guide.setAttribute("visibility", "hidden");
  }
}
