import { ARROWS, nearest, type Point } from "./nearest";
import { fetchOutlines } from "./outlines";
import { Tip } from "./tip";
import { Viewport } from "./viewport";

/**
 * The map of economies. The server draws it with a link per economy that the keyboard passes by; here it becomes one
 * stop: arrows go from economy to economy, letters jump to the next whose name begins so, + − 0 come closer and back.
 */
export class EconomyMap extends HTMLElement {
  #svg!: SVGSVGElement;
  #links: SVGAElement[] = [];
  #places: Point[] = [];
  #tip!: Tip;
  #viewport!: Viewport;
  #here = 0;
  #outlines: "rough" | "coming" | "fine" = "rough";

  connectedCallback(): void {
    const svg = this.querySelector("svg");
    if (!svg || this.#tip) return;
    this.#svg = svg;
    this.#tip = new Tip(this);
    this.#viewport = new Viewport(svg, () => this.#moved());
    svg.querySelector("g[aria-hidden]")?.removeAttribute("aria-hidden");
    for (const title of svg.querySelectorAll("title")) {
      const named = title.parentElement;
      // What leads nowhere is for the pointer alone: no table lists it either.
      if (named?.matches("g")) named.setAttribute("aria-hidden", "true");
      named?.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    this.#links = [...svg.querySelectorAll<SVGAElement>("a")].sort((a, b) => (name(a) < name(b) ? -1 : 1));
    this.#places = this.#links.map(middle);
    const hint = "Arrow keys move between economies, letters find them by name, plus and minus zoom.";
    svg.setAttribute("aria-label", `${svg.getAttribute("aria-label")}. ${hint}`);
    this.#stop(largest(this.#links));
    this.#listen();
    this.append(this.#tools());
  }

  #listen(): void {
    this.#svg.addEventListener("pointermove", (event) => {
      const shape = (event.target as Element).closest("[aria-label]");
      if (shape && shape !== this.#svg && event.buttons === 0) this.#tell(shape, event.clientX, event.clientY);
      else this.#tip.hide();
    });
    this.#svg.addEventListener("pointerleave", () => this.#tip.hide());
    // On the element around it: a drawing that listens for focus is one more stop in some browsers.
    this.addEventListener("focusin", (event) => {
      const link = (event.target as Element).closest("a") as SVGAElement | null;
      const at = link ? this.#links.indexOf(link) : -1;
      if (!link || at < 0) return;
      this.#stop(at);
      if (link.matches(":focus-visible")) this.#tellBelow(link);
    });
    this.addEventListener("focusout", () => this.#tip.hide());
    this.addEventListener("keydown", (event) => {
      if (this.#svg.contains(event.target as Node)) this.#key(event);
    });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const closer = { "+": 2, "=": 2, "-": 0.5 }[event.key];
    let to = -1;
    if (arrow) to = nearest(this.#places, this.#here, arrow);
    else if (event.key === "Home") to = 0;
    else if (event.key === "End") to = this.#links.length - 1;
    else if (event.key === "Escape" && this.#tip.shown) this.#tip.hide();
    else if (event.key === "0") this.#viewport.reset();
    else if (closer) this.#viewport.zoom(closer, this.#places[this.#here]);
    else if (/^\p{L}$/u.test(event.key)) to = this.#beginning(event.key);
    else return;
    event.preventDefault();
    const link = this.#links[to];
    const place = this.#places[to];
    if (!link || !place) return;
    this.#viewport.reveal(place);
    link.focus();
  }

  /** The next economy after the present one, round the alphabet, whose name begins with a letter. */
  #beginning(letter: string): number {
    const count = this.#links.length;
    for (let step = 1; step <= count; step += 1) {
      const at = (this.#here + step) % count;
      if (name(this.#links[at]).toLowerCase().startsWith(letter.toLowerCase())) return at;
    }
    return -1;
  }

  /** Makes one economy the map's only stop. */
  #stop(at: number): void {
    this.#links[this.#here]?.setAttribute("tabindex", "-1");
    this.#here = at;
    this.#links[at]?.setAttribute("tabindex", "0");
  }

  #tell(shape: Element, x: number, y: number): void {
    const [what = "", rest = ""] = (shape.getAttribute("aria-label") ?? "").split(/: (.*)/s);
    const bold = document.createElement("b");
    bold.textContent = what;
    this.#tip.show(rest ? [bold, rest] : [what], x, y);
  }

  #tellBelow(link: Element): void {
    const { left, width, bottom } = link.getBoundingClientRect();
    this.#tell(link, left + width / 2, bottom);
  }

  #tools(): HTMLElement {
    const tools = document.createElement("div");
    tools.className = "map-tools";
    const button = (sign: string, label: string, act: () => void) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = sign;
      made.title = label;
      made.setAttribute("aria-label", label);
      made.addEventListener("click", act);
      tools.append(made);
    };
    button("+", "Zoom in", () => this.#viewport.zoom(2));
    button("−", "Zoom out", () => this.#viewport.zoom(0.5));
    button("⟲", "Show the whole map", () => this.#viewport.reset());
    return tools;
  }

  #moved(): void {
    this.#tip.hide();
    const near = this.#viewport.factor > 1;
    this.classList.toggle("zoomed", near);
    if (near && this.#outlines === "rough") void this.#refine();
  }

  /** Finer outlines in place of those that came with the page; without them the rough ones stay. */
  async #refine(): Promise<void> {
    const address = this.getAttribute("outlines");
    if (!address) return;
    this.#outlines = "coming";
    try {
      const fine = await fetchOutlines(address);
      for (const layer of this.#svg.querySelectorAll<SVGGElement>("[data-of]")) {
        const codes = (layer.dataset.of ?? "").split(" ");
        [...layer.children].forEach((place, i) => {
          const d = fine.get(codes[i] ?? "");
          const shape = place.matches("a") ? place.firstElementChild : place;
          if (!d || !shape) return;
          if (shape.matches("path")) shape.setAttribute("d", d);
          else shape.replaceWith(inPlaceOf(shape, d));
        });
      }
      this.#outlines = "fine";
    } catch {
      this.#outlines = "rough";
    }
  }
}

/** An outline that keeps what the dot before it was. */
function inPlaceOf(dot: Element, d: string): SVGPathElement {
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const { name, value } of dot.attributes) if (!/^c[xy]$|^r$/.test(name)) path.setAttribute(name, value);
  path.setAttribute("d", d);
  return path;
}

function name(link: Element | undefined): string {
  return link?.getAttribute("aria-label") ?? "";
}

function middle(link: SVGAElement): Point {
  const { x, y, width, height } = link.getBBox();
  return { x: x + width / 2, y: y + height / 2 };
}

/** Index of the economy drawn largest: one that is easily seen to begin with. */
function largest(links: SVGAElement[]): number {
  const spreads = links.map((link) => {
    const { width, height } = link.getBBox();
    return width * height;
  });
  return Math.max(0, spreads.indexOf(Math.max(...spreads)));
}
