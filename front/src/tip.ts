/** A small box beside what is pointed at. It is for the eyes only: whoever listens has the same as a name. */
export class Tip {
  readonly #box = document.createElement("div");
  readonly #host: HTMLElement;

  constructor(host: HTMLElement) {
    this.#host = host;
    this.#box.className = "tip";
    this.#box.hidden = true;
    this.#box.setAttribute("aria-hidden", "true");
    host.append(this.#box);
  }

  get shown(): boolean {
    return !this.#box.hidden;
  }

  /** Shows `content` beside a point of the window, inside the element that it belongs to. */
  show(content: (string | Node)[], x: number, y: number): void {
    this.#box.replaceChildren(...content);
    this.#box.hidden = false;
    const host = this.#host.getBoundingClientRect();
    const { width, height } = this.#box.getBoundingClientRect();
    const left = clamp(x - host.left + 14, 0, host.width - width);
    const below = y - host.top + 18;
    const top = below + height > host.height ? Math.max(0, y - host.top - height - 12) : below;
    this.#box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  hide(): void {
    this.#box.hidden = true;
  }
}

export function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
