/** The finer outlines: a code and the `d` of a path to a line, or `@x,y` for one that stays a dot. */
export async function fetchOutlines(address: string): Promise<Map<string, string>> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return readOutlines(await answer.text());
}

export function readOutlines(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n").slice(1)) {
    const code = line.slice(0, 2);
    const drawn = line.slice(3);
    if (drawn.startsWith("M")) found.set(code, drawn);
  }
  return found;
}
