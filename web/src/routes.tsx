// Every page of the staff, one a line: where it is, who may open it, and the file that draws it.
// The server decides what a role may read; this table only spares people a closed door.
// The board, the alarms and the chart come with the shell: an alarm's way must not wait for a file.

import { type ComponentType, lazy } from "react";
import Centre from "./screens/alarms/centre";
import Chart from "./screens/patient/chart";
import Board from "./screens/ward/board";
import type { Role } from "./words";

type Page = ComponentType;
export type RouteLine = { path: string; roles: readonly Role[]; page: Page };

const Limits = lazy(() => import("./screens/limits/limits"));
const ScoresInUse = lazy(() => import("./screens/scores/scores"));
const CARERS = ["nurse", "doctor"] as const;
const KEEPERS = [...CARERS, "administrator"] as const;
const STAFF = ["nurse", "doctor", "engineer", "administrator"] as const;

export const ROUTES: readonly RouteLine[] = [
  { path: "/wards/:ward", roles: CARERS, page: Board },
  {
    path: "/wards/:ward/station",
    roles: CARERS,
    page: lazy(() => import("./screens/station/station")),
  },
  {
    path: "/wards/:ward/panel",
    roles: CARERS,
    page: lazy(() => import("./screens/panel/panel")),
  },
  { path: "/patients/:patient", roles: CARERS, page: Chart },
  { path: "/patients/:patient/limits", roles: CARERS, page: Limits },
  {
    path: "/patients/:patient/told",
    roles: CARERS,
    page: lazy(() => import("./screens/told/of-patient")),
  },
  {
    path: "/patients/:patient/messages",
    roles: CARERS,
    page: lazy(() => import("./screens/letters/of-patient")),
  },
  {
    path: "/patients/:patient/plan",
    roles: CARERS,
    page: lazy(() => import("./screens/plan/of-patient")),
  },
  {
    path: "/questionnaires",
    roles: CARERS,
    page: lazy(() => import("./screens/questions/bring")),
  },
  {
    path: "/patients/:patient/questions/:due?",
    roles: CARERS,
    page: lazy(() => import("./screens/questions/of-patient")),
  },
  {
    path: "/patients/:patient/reports",
    roles: CARERS,
    page: lazy(() => import("./screens/report/of-patient")),
  },
  { path: "/wards/:ward/limits", roles: KEEPERS, page: Limits },
  { path: "/limits", roles: KEEPERS, page: Limits },
  { path: "/patients/:patient/scores", roles: CARERS, page: ScoresInUse },
  { path: "/wards/:ward/scores", roles: KEEPERS, page: ScoresInUse },
  { path: "/scores", roles: KEEPERS, page: ScoresInUse },
  { path: "/reached", roles: STAFF, page: lazy(() => import("./screens/reached/reached")) },
  { path: "/account", roles: STAFF, page: lazy(() => import("./screens/account/account")) },
  { path: "/m/:token", roles: STAFF, page: lazy(() => import("./screens/reached/opened")) },
  { path: "/alarms", roles: CARERS, page: Centre },
  { path: "/alarms/:alarm", roles: CARERS, page: lazy(() => import("./screens/alarms/review")) },
  {
    path: "/wards/:ward/alarm-load",
    roles: CARERS,
    page: lazy(() => import("./screens/alarms/load")),
  },
  { path: "/system", roles: STAFF, page: lazy(() => import("./screens/system/system")) },
  { path: "/wards/:ward/round", roles: CARERS, page: lazy(() => import("./screens/round/round")) },
  {
    path: "/requests",
    roles: CARERS,
    page: lazy(() => import("./screens/requests/requests")),
  },
  {
    path: "/patients/:patient/observe",
    roles: CARERS,
    page: lazy(() => import("./screens/round/observe")),
  },
  {
    path: "/patients/:patient/interval",
    roles: CARERS,
    page: lazy(() => import("./screens/round/interval")),
  },
  { path: "/rota/:ward?", roles: KEEPERS, page: lazy(() => import("./screens/rota/rota")) },
  {
    path: "/wards/:ward/handover",
    roles: CARERS,
    page: lazy(() => import("./screens/rota/sheet")),
  },
  {
    path: "/access",
    roles: ["administrator"],
    page: lazy(() => import("./screens/access/access")),
  },
  { path: "/audit", roles: ["administrator"], page: lazy(() => import("./screens/audit/audit")) },
  {
    path: "/devices/clouds",
    roles: ["engineer", "administrator"],
    page: lazy(() => import("./screens/devices/clouds")),
  },
  { path: "/devices", roles: STAFF, page: lazy(() => import("./screens/devices/devices")) },
];

/** Where a role begins; a carer's first ward is only known to the server. */
export function homeOf(role: Role): string | null {
  if (role === "engineer" || role === "administrator") return "/devices";
  return null;
}
