// Drawings that no page needs at first, so that the first one is light.

import { drawn } from "./icons";

export const PhoneIcon = drawn(
  <path d="M5 4h4l1.5 5-2.5 1.500a11 11 0 0 0 5.5 5.500L15 13.500l5 1.500v4a1.5 1.5 0 0 1-1.6 1.500C10.5 20 4 13.5 3.5 5.600A1.5 1.5 0 0 1 5 4z" />,
);
export const MailIcon = drawn(
  <>
    <rect x="3" y="5" width="18" height="14" rx="2" />
    <path d="m3.5 7.500 8.5 6 8.5-6" />
  </>,
);
export const MessageIcon = drawn(<path d="M4 5h16v11H10l-4.500 4v-4H4zM8 9.500h8M8 12.500h5" />);
export const ScreenIcon = drawn(
  <>
    <rect x="3" y="4.500" width="18" height="12" rx="1.5" />
    <path d="M9 20h6M12 16.500V20" />
  </>,
);
export const LockIcon = drawn(
  <>
    <rect x="5" y="10.500" width="14" height="10" rx="2" />
    <path d="M8 10.500V7.500a4 4 0 0 1 8 0v3M12 14.500v2" />
  </>,
);
export const HomeIcon = drawn(
  <path d="M4 11 12 4l8 7v8.500a.5.5 0 0 1-.5.5H14v-5h-4v5H4.500a.5.5 0 0 1-.5-.5z" />,
);
