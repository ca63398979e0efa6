// A real OpenID Connect provider (oidc-provider, certified) with one client, for tests/api. Signs
// in whoever is named at its form; a claim says their login here. Each start has keys of its own.
//
//   node oidc_provider.mjs PROVIDER_MODULE PORT WHERE_BACK SECRET

import { generateKeyPairSync, randomUUID } from "node:crypto";

const [module, port, back, secret] = process.argv.slice(2);
const { Provider } = await import(module);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig" };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "homeward",
      client_secret: secret,
      redirect_uris: [back],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  cookies: { keys: [randomUUID()] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({
      sub,
      preferred_username: sub.replace("sub-of-", ""),
      email: sub.replace("sub-of-", ""),
      email_verified: false,
    }),
  }),
  jwks: { keys: [key] },
  pkce: { required: () => true },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
