// What one's own account asks: apart from api.ts, so that no other page need load it.

import { DELETE, GET, POST, said } from "./api";
import type { Account, AppSecret, Codes, Session } from "./words";

export const accountApi = {
  read: () => said<Account>(GET("/api/account")),
  password: (old: string, fresh: string) =>
    said<Session>(POST("/api/account/password", { body: { old, new: fresh } })),
  endOthers: () => said<void>(DELETE("/api/account/sessions")),
  end: (session: string) =>
    said<void>(DELETE("/api/account/sessions/{session}", { params: { path: { session } } })),
  askPasskey: () => said<Record<string, unknown>>(POST("/api/account/passkeys/options")),
  addPasskey: (credential: Record<string, unknown>, label: string) =>
    said<void>(POST("/api/account/passkeys", { body: { credential, label } })),
  removePasskey: (passkey: string) =>
    said<void>(DELETE("/api/account/passkeys/{passkey}", { params: { path: { passkey } } })),
  beginApp: () => said<AppSecret>(POST("/api/account/app")),
  confirmApp: (code: string) => said<Codes>(POST("/api/account/app/code", { body: { code } })),
  removeApp: () => said<void>(DELETE("/api/account/app")),
  newCodes: () => said<Codes>(POST("/api/account/codes")),
};
