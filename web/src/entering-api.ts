// What whoever is not in yet asks: apart from api.ts, so that whoever is need not load it.

import { GET, POST, said } from "./api";
import type { Demo, Invited, NewRelative, Session } from "./words";

export const enteringApi = {
  signIn: (login: string, password: string, code = "") =>
    said<Session>(POST("/api/session", { body: { login, password, code } })),
  askPasskey: () => said<Record<string, unknown>>(POST("/api/passkey/options")),
  signInByPasskey: (credential: Record<string, unknown>) =>
    said<Session>(POST("/api/passkey", { body: { credential } })),
  invitation: (token: string) => said<Invited>(POST("/api/invitation", { body: { token } })),
  acceptInvitation: (token: string) =>
    said<void>(POST("/api/invitation/accept", { body: { token } })),
  joinInvited: (body: NewRelative) => said<Session>(POST("/api/invitation/account", { body })),
  demo: () => said<Demo>(GET("/api/demo")),
};
