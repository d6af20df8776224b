// Keeps the page for offline use. It asks for nothing but the page's own files.

const CACHE = "llamafleet";
const PAGE = new URL("./", location).href;
/** Trunk puts a file's hash into its name, so that a file of that name never changes. */
const HASHED = /-[0-9a-f]{8,16}(_bg)?\.(css|js|wasm)$/;


addEventListener("install", (event) => event.waitUntil(fetch(PAGE, { cache: "no-cache" }).then(keep).then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (HASHED.test(url.pathname)) return event.respondWith(fromCacheFirst(request));
  const response = fromNetworkFirst(request);
  event.respondWith(response);
  if (url.origin + url.pathname === PAGE) event.waitUntil(response.then((page) => keep(page.clone())).catch(() => {}));
});

async function fromCacheFirst(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function fromNetworkFirst(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

/** Keeps the page and the files that it names, and forgets what an older page named. */
async function keep(page) {
  if (!page.ok) return;
  const html = await page.clone().text();
  const named = [...html.matchAll(/(?:href|src)="([^"#:]+)"/g)].map(([, name]) => new URL(name, PAGE).href);
  const cache = await caches.open(CACHE);
  const missing = [];
  for (const name of new Set(named)) if (!(await cache.match(name))) missing.push(name);
  await Promise.all(missing.map(async (name) => {
    // The page has just fetched most of them.
    const file = await fetch(name, { cache: HASHED.test(name) ? "force-cache" : "default" });
    if (!file.ok) throw new Error(`${name}: ${file.status}`);
    await cache.put(name, file);
  }));
  await cache.put(PAGE, page);
  for (const { url } of await cache.keys()) if (url !== PAGE && !named.includes(url)) await cache.delete(url);
}
