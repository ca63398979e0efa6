// Drawings that only the pages of staff use: a patient's own page need not load them.

import { drawn } from "./icons";

export const BedIcon = drawn(
  <>
    <path d="M3 6v13M3 16h18v3M21 16v-3a3 3 0 0 0-3-3h-7v6" />
    <circle cx="7" cy="11.5" r="1.8" />
  </>,
);
export const DevicesIcon = drawn(
  <>
    <rect x="3" y="4" width="18" height="12" rx="2" />
    <path d="M8 20h8M12 16v4M6 10.500h2.500l1.5-3 2.5 5.5 1.5-2.500h4" />
  </>,
);
export const SoundIcon = drawn(
  <path d="M4 9.500v5h3.500l5 4v-13l-5 4zM16 9a4.2 4.2 0 0 1 0 6M18.7 6.300a8 8 0 0 1 0 11.4" />,
);
export const SoundOffIcon = drawn(
  <path d="M4 9.500v5h3.500l5 4v-13l-5 4zM16.5 9.500l5 5M21.5 9.500l-5 5" />,
);
export const ArrowIcon = drawn(<path d="M4 12h15M13 6l6 6-6 6" />);
export const SearchIcon = drawn(
  <>
    <circle cx="11" cy="11" r="6.5" />
    <path d="m16 16 4.5 4.5" />
  </>,
);
export const PulseIcon = drawn(<path d="M3 12h4l2.500-6 4 12 2.500-6h5" />);
/** Three sliders: what somebody has set. */
export const LimitsIcon = drawn(
  <>
    <path d="M4 6h9M19 6h1M4 12h1M11 12h9M4 18h11M21 18h-1" />
    <circle cx="16" cy="6" r="2.5" />
    <circle cx="8" cy="12" r="2.5" />
    <circle cx="17.5" cy="18" r="2.5" />
  </>,
);
export const RotaIcon = drawn(
  <>
    <rect x="3.5" y="5" width="17" height="15" rx="2" />
    <path d="M3.5 10h17M8 3v4M16 3v4M8 14h3M13 17h3" />
  </>,
);
