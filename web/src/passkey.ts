// Passkeys in this browser: the server's questions and the device's answers, which travel as JSON
// with their bytes in base64url (WebAuthn level 3, section 5.1.8, done here for older browsers).

import { Refused } from "./api";
import { words } from "./languages/speaking";

type Json = Record<string, unknown>;
type Descriptor = { id: string; type: "public-key" };
type AskedNew = {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
} & Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials">;
type AskedOne = { challenge: string; rpId: string; timeout?: number };

/** Whether a passkey can be used here: they are bound to a host name, and an address has none. */
export function isPossible(host = window.location.hostname): boolean {
  const isAddress = /^[\d.]+$/.test(host) || host.includes(":");
  return typeof PublicKeyCredential === "function" && window.isSecureContext && !isAddress;
}

/** Have the device make a passkey. Raises Refused in words where it does not. */
export async function make(asked: Json): Promise<Json> {
  const { challenge, user, excludeCredentials = [], ...rest } = asked as unknown as AskedNew;
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...rest,
    challenge: toBytes(challenge),
    user: { ...user, id: toBytes(user.id) },
    excludeCredentials: excludeCredentials.map(({ id, type }) => ({ type, id: toBytes(id) })),
  };
  const made = await answered(() => navigator.credentials.create({ publicKey }));
  const { clientDataJSON, attestationObject } = made.response as AuthenticatorAttestationResponse;
  return said(made, { clientDataJSON, attestationObject });
}

/** Have the device answer by a passkey it has. Raises Refused in words where it does not. */
export async function use(asked: Json): Promise<Json> {
  const { challenge, rpId, timeout } = asked as unknown as AskedOne;
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: toBytes(challenge),
    rpId,
    timeout,
    userVerification: "required",
  };
  const found = await answered(() => navigator.credentials.get({ publicKey }));
  const { clientDataJSON, authenticatorData, signature, userHandle } =
    found.response as AuthenticatorAssertionResponse;
  return said(found, { clientDataJSON, authenticatorData, signature, userHandle });
}

async function answered(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential) return credential as PublicKeyCredential;
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "InvalidStateError") throw new Refused(0, words("enter").hasPasskey);
    if (name === "SecurityError") throw new Refused(0, words("enter").usualAddress);
  }
  throw new Refused(0, words("enter").noPasskey);
}

function said({ id, rawId, type }: PublicKeyCredential, parts: Record<string, ArrayBuffer | null>) {
  const response = Object.fromEntries(
    Object.entries(parts).flatMap(([name, bytes]) => (bytes ? [[name, toText(bytes)]] : [])),
  );
  return { id, rawId: toText(rawId), type, response };
}

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function toText(bytes: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
