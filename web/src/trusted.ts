// Where text may become markup or a script: the only place, and it lets next to nothing through.
// The server's policy (require-trusted-types-for) has the browser ask here and nowhere else; for
// null it throws.

type Passed = (text: string) => string | null;
type Factory = {
  createPolicy: (
    name: "default",
    policy: { createHTML: Passed; createScriptURL: Passed },
  ) => unknown;
};

/** Mantine writes its colours into <style> elements by innerHTML: style has no tags. */
export const plainText: Passed = (text) => (text.includes("<") ? null : text);

/** Our own built files: the waves' worker and the service worker. */
export const ownScript: Passed = (address) => {
  const { origin, pathname } = new URL(address, location.href);
  const isOurs = origin === location.origin && /^\/(worker|assets\/[\w.-]+)\.js$/.test(pathname);
  return isOurs ? address : null;
};

const { trustedTypes } = globalThis as { trustedTypes?: Factory }; // older browsers have none
trustedTypes?.createPolicy("default", { createHTML: plainText, createScriptURL: ownScript });
