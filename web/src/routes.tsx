// Every page of the staff, one a line: where it is, who may open it, and the file that draws it.
// The server decides what a role may read; this table only spares people a closed door.

import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Role } from "./words";

type Page = LazyExoticComponent<ComponentType>;
export type RouteLine = { path: string; roles: readonly Role[]; page: Page };

const CARERS = ["nurse", "doctor"] as const;
const STAFF = ["nurse", "doctor", "engineer", "administrator"] as const;

export const ROUTES: readonly RouteLine[] = [
  { path: "/wards/:ward", roles: CARERS, page: lazy(() => import("./screens/ward/board")) },
  {
    path: "/patients/:patient",
    roles: CARERS,
    page: lazy(() => import("./screens/patient/chart")),
  },
  { path: "/devices", roles: STAFF, page: lazy(() => import("./screens/devices/devices")) },
];

/** Where a role begins; a carer's first ward is only known to the server. */
export function homeOf(role: Role): string | null {
  if (role === "engineer" || role === "administrator") return "/devices";
  return null;
}
