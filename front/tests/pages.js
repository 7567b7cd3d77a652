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
  { name: "history of a network", path: "/network/AS64500/history" },
  { name: "history of an economy", path: "/economy/NL/history" },
  { name: "fix pack", path: "/network/AS64498/fixes" },
  { name: "fix pack with nothing to mend", path: "/network/AS65551/fixes" },
  { name: "what if", path: "/whatif" },
  { name: "what if, answered", path: "/whatif?changes=add+roa+198.18.8.0/22+AS64498&as=AS64498" },
  { name: "what if, not understood", path: "/whatif?changes=garbage", status: 400 },
  { name: "ROAs", path: "/roas" },
  { name: "changes of ROAs", path: "/roas/changes" },
  { name: "compare", path: "/compare" },
  { name: "comparison", path: "/compare?subjects=AS64500;economy:DE;world;participant:network-operators/123" },
  { name: "group, asked for", path: "/group" },
  { name: "group", path: "/group/64500,64501,64599" },
  { name: "foreign series", path: "/foreign" },
  { name: "a foreign series", from: "/foreign", link: "/foreign/" },
  { name: "foreign series, none", path: "/foreign?month=2024-04" },
  { name: "incidents", path: "/incidents" },
  { name: "events", path: "/events" },
  { name: "event", from: "/events", link: "/event/" },
  { name: "what others say", path: "/others" },
  { name: "incident", from: "/network/AS65540", link: "/incident/" },
  { name: "prefix", from: "/network/AS65540", link: "/prefix/" },
  { name: "participants", path: "/participants" },
  { name: "participant", from: "/participants", link: "/participant/" },
  { name: "statistics of participants", path: "/participants/statistics" },
  { name: "programme", path: "/programme/network-operators" },
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

/** What a page may weigh, uncompressed, unless its line says otherwise: two show a whole table on purpose. */
export const PAGE_BYTES_MAX = 150_000;

/** What everything it loads may weigh together: files that all pages share and that are kept for ever. */
export const SHARED_BYTES_MAX = 45_000;

/** Addresses of all pages there are: `{name, path, status, bytesMax}`. */
export async function found(address) {
  const pages = [];
  for (const { name, path, from, through, link, status = 200, bytesMax = PAGE_BYTES_MAX } of PAGES) {
    const before = through ? await firstLink(address, from, through) : from;
    const place = path ?? (await firstLink(address, before, link));
    if (!place) throw new Error(`${before} has no link to ${link}…`);
    pages.push({ name, path: place, status, bytesMax });
  }
  return pages;
}

async function firstLink(address, from, link) {
  const html = await (await fetch(address + from)).text();
  const main = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
  const [, place] = main.match(new RegExp(`href="(${link}[^"#]+)`)) ?? [];
  return place?.replaceAll("&#38;", "&").replaceAll("&amp;", "&");
}
