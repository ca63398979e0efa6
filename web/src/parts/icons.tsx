// Icons drawn here, on a 24-unit grid with 2-unit strokes. Always beside words or a label:
// hidden from screen readers.

import type { ReactNode, SVGProps } from "react";

type Props = { size?: number } & SVGProps<SVGSVGElement>;

export function drawn(shape: ReactNode) {
  return function Icon({ size = 18, ...rest }: Props) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        {...rest}
      >
        {shape}
      </svg>
    );
  };
}

export const PersonIcon = drawn(
  <>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20a7.5 7.5 0 0 1 15 0" />
  </>,
);
export const SunIcon = drawn(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4" />
  </>,
);
export const MoonIcon = drawn(<path d="M20 14.500A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.500z" />);
export const BellIcon = drawn(<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.5 2h-15zM10 21h4" />);
export const HelpIcon = drawn(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M9.5 9.500a2.5 2.5 0 1 1 3.7 2.200c-.8.5-1.2 1-1.2 1.800M12 16.800v.1" />
  </>,
);
export const SignOutIcon = drawn(<path d="M14 4H6v16h8M10.5 12H21M17.5 8.5 21 12l-3.5 3.5" />);
export const CheckIcon = drawn(<path d="m5 12.5 4.5 4.500L19 7.5" />);
export const UnplugIcon = drawn(
  <path d="m4 20 4-4M13.5 18.500l-8-8L7 9c1.8-1.8 4.4-2 6.3-.6M18.5 13.500l-8-8M17 15l1.5-1.500M14 4.5 16 2.500M19.5 10l2-2M3 3l18 18" />,
);
export const WarningIcon = drawn(<path d="M12 4 2.5 20h19zM12 10v4.500M12 17.300v.1" />);
export const ListIcon = drawn(<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.1M4.5 12h.1M4.5 18h.1" />);
export const ChevronIcon = drawn(<path d="m9 5 7 7-7 7" />);
export const EyeIcon = drawn(
  <>
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
    <circle cx="12" cy="12" r="3" />
  </>,
);
export const ClockIcon = drawn(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5.500l3.5 2" />
  </>,
);
export const PlusIcon = drawn(<path d="M12 5v14M5 12h14" />);

export const KeyIcon = drawn(
  <>
    <circle cx="8" cy="15.5" r="4.500" />
    <path d="m11.300 12.200 8.700-8.700M16 7.500l2.500 2.500M18.500 5l1.500 1.500" />
  </>,
);
