// Which roles are which. Pure; the server decides what each may do.

import type { Role } from "./words";

/** They answer alarms. */
export const isCarer = (role: Role): boolean => role === "nurse" || role === "doctor";

/** They work here; the others are told. */
export const isStaff = (role: Role): boolean => role !== "patient" && role !== "relative";
