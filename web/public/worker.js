// The service worker: shows a push, says that it came, and opens what it is about.
// A push carries no health data and no name; its link holds a token that opens nothing by itself.
// Without a network it opens one page, which shows no values: an old page that looks live would be
// worse than none. src/home/shell.ts keeps that page, and only while a patient is signed in here.

const PAGE_MS = 4_000; // what comes later than this came too late to wait for
const SHELL = "homeward-shell-";
const OWNER = "homeward-owner";
const TRIES_MS = [0, 2_000, 8_000];
const KEPT = "homeward-push"; // the cache where pages leave what a renewal needs
const UNKNOWN = { title: "Homeward", text: "there is news. Open Homeward.", link: "/" };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const told = readPush(event.data);
  // Shown first: what could not be shown has not arrived.
  event.waitUntil(show(told).then(() => receipt(told, "delivered")));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const told = event.notification.data ?? UNKNOWN;
  event.waitUntil(Promise.all([open(told), receipt(told, "seen")]));
});

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, searchParams } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin || pathname.startsWith("/api/")) return;
  // `again`: that page itself found the network back, however slow it is.
  if (mode === "navigate") event.respondWith(page(event.request, searchParams.has("again")));
  else if (pathname.startsWith("/assets/") || pathname === "/mark.svg")
    event.respondWith(kept(pathname).then((found) => found ?? fetch(event.request)));
});

/** The network's page wherever there is one: no release waits for what is kept. */
async function page(request, isPatient) {
  const asked = fetch(request).catch(() => null);
  const offline = await offlinePage();
  if (!offline) return (await asked) ?? Response.error();
  const late = new Promise((done) => {
    if (!isPatient) setTimeout(() => done(null), PAGE_MS);
  });
  const answer = await Promise.race([asked, late]);
  // A server that is being started again answers for itself, or what stands before it does.
  return answer && answer.status < 500 ? answer : offline;
}

async function offlinePage() {
  if (!(await caches.has(OWNER))) return undefined;
  for (const name of await caches.keys()) {
    if (!name.startsWith(SHELL)) continue;
    const found = await kept(name.slice(SHELL.length)); // a build that did not come whole has none
    if (found) return found;
  }
  return undefined;
}

/** Only of what was kept for this page: pushes keep something as well. */
async function kept(path) {
  for (const cacheName of await caches.keys()) {
    if (!cacheName.startsWith(SHELL)) continue;
    // Not opened, which would make it anew where it was deleted meanwhile.
    const found = await caches.match(path, { cacheName, ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

function readPush(data) {
  try {
    return { ...UNKNOWN, ...data.json() };
  } catch {
    return UNKNOWN; // somebody must look, whatever it was
  }
}

function show(told) {
  return self.registration.showNotification(told.title, {
    body: told.text,
    tag: pathOf(told), // each message its own: none may hide another
    data: told,
    icon: "/mark.svg",
    requireInteraction: told.priority === "high",
    vibrate: told.priority === "high" ? [400, 150, 400, 150, 400] : [200],
  });
}

/** The link's path on this site, whatever name of the site the link was written with. */
function pathOf(told) {
  return new URL(told.link, self.location.origin).pathname;
}

async function open(told) {
  const path = pathOf(told);
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) {
    try {
      await page.focus();
      await page.navigate(path);
      return;
    } catch {
      // this one may not be steered; another, or a new one
    }
  }
  await self.clients.openWindow(path);
}

async function receipt(told, progress) {
  const token = /^\/m\/([0-9a-f]+)$/.exec(pathOf(told))?.[1];
  if (token) await post(`/api/messages/${token}/receipt`, { progress });
}

async function post(path, body) {
  for (const wait of TRIES_MS) {
    await new Promise((done) => setTimeout(done, wait));
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (answer.status < 500) return;
    } catch {
      // no network just now
    }
  }
}

/** The browser gave itself another address: tell it, or the next push goes nowhere. */
async function renew(event) {
  const kept = await caches.open(KEPT);
  const remembered = await (await kept.match("/subscription"))?.json();
  const old = event.oldSubscription?.endpoint ?? remembered?.endpoint;
  const options = event.oldSubscription?.options ?? {
    userVisibleOnly: true,
    applicationServerKey: remembered?.key,
  };
  const fresh = event.newSubscription ?? (await self.registration.pushManager.subscribe(options));
  if (!old) return;
  await post("/api/push/moved", { old_endpoint: old, subscription: JSON.stringify(fresh) });
  const next = { endpoint: fresh.endpoint, key: remembered?.key };
  await kept.put("/subscription", new Response(JSON.stringify(next)));
}
