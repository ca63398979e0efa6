// Where text may become markup or a script: the only place, and it lets next to nothing through.
// The server's policy (require-trusted-types-for) has the browser ask here and nowhere else.

type Policy = {
  createHTML: (text: string) => string;
  createScriptURL: (address: string) => string;
};
type Factory = { createPolicy: (name: "default", policy: Policy) => unknown };

/** Mantine writes its colours into <style> elements by innerHTML: style has no tags. */
export function plainText(text: string): string {
  if (text.includes("<")) throw new TypeError("Markup is made of elements here, never of text.");
  return text;
}

/** Our own built files: the waves' worker and the service worker. */
export function ownScript(address: string): string {
  const { origin, pathname } = new URL(address, location.href);
  const isOurs = origin === location.origin;
  if (isOurs && (pathname === "/worker.js" || /^\/assets\/[\w.-]+\.js$/.test(pathname))) {
    return address;
  }
  throw new TypeError("This is no script of ours.");
}

const { trustedTypes } = globalThis as { trustedTypes?: Factory }; // older browsers have none
trustedTypes?.createPolicy("default", { createHTML: plainText, createScriptURL: ownScript });
