// One line per kind of page. Every check that concerns all pages goes through this table, so a new page joins by a
// line here. `path` is asked for as it stands; a line with `from` takes the first link on that page whose address
// begins so;
// with `through` too, the first such link of the page that is reached first.

export const PAGES = [
  { name: "world", path: "/" },
  { name: "world, another score", path: "/?score=routing_information_rpki" },
  { name: "economy", from: "/", link: "/economy/" },
  { name: "region", from: "/", link: "/region/" },
  { name: "network", path: "/network/AS65540" },
  { name: "network without data", path: "/network/AS64509" },
  { name: "incidents", path: "/incidents" },
  { name: "incident", from: "/network/AS65540", link: "/incident/" },
  { name: "prefix", from: "/network/AS65540", link: "/prefix/" },
  { name: "participants", path: "/participants" },
  { name: "sources", path: "/sources" },
  { name: "method", path: "/method" },
  { name: "a metric", from: "/method", link: "/method/M" },
  { name: "a framework", from: "/method", link: "/method/framework/" },
  { name: "two frameworks side by side", path: "/method/framework/2024-01/against/2022-10" },
  { name: "a kind of event", from: "/method", link: "/method/event/" },
  { name: "raw record", from: "/incidents", through: "/incident/", link: "/record/" },
  { name: "search", path: "/search?q=net" },
  { name: "search without result", path: "/search?q=nobody+has+this+name" },
  { name: "API", path: "/api/docs" },
  { name: "not found", path: "/nowhere", status: 404 },
  { name: "wrong address", path: "/network/x", status: 400 },
];

/** What a page may weigh, uncompressed. */
export const PAGE_BYTES_MAX = 150_000;

/** What everything it loads may weigh together: files that all pages share and that are kept for ever. */
export const SHARED_BYTES_MAX = 45_000;

/** Addresses of all pages there are: `{name, path, status}`. */
export async function found(address) {
  const pages = [];
  for (const { name, path, from, through, link, status = 200 } of PAGES) {
    const before = through ? await firstLink(address, from, through) : from;
    const place = path ?? (await firstLink(address, before, link));
    if (!place) throw new Error(`${before} has no link to ${link}…`);
    pages.push({ name, path: place, status });
  }
  return pages;
}

async function firstLink(address, from, link) {
  const html = await (await fetch(address + from)).text();
  const main = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
  const [, place] = main.match(new RegExp(`href="(${link}[^"#]+)`)) ?? [];
  return place?.replaceAll("&#38;", "&").replaceAll("&amp;", "&");
}
