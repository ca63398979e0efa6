// Icons of the station alone: what every page loads has no room for them.

import { drawn } from "../../parts/icons";

export const FreezeIcon = drawn(<path d="M9 5v14M15 5v14" strokeWidth={3} />);
export const PrintIcon = drawn(<path d="M7 9V4h10v5M7 17H4v-7.500h16V17h-3M7 14h10v6H7z" />);
