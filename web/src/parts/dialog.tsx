// A window over the page. It opens at once and takes the keys in the same moment: a dialog that
// fades in loses what is typed meanwhile, and on a slow screen that is whole words.
// Mantine's own puts its title into a <header>: a second banner beside the page's own (WCAG
// 1.3.1). These put it into a plain row.

import { Drawer, Modal, type ModalRootProps } from "@mantine/core";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { bare } from "../languages/bare";
import { directionOf } from "../languages/language";
import { languageNow } from "../languages/speaking";
import classes from "./dialog.module.css";

type Props = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
} & Pick<ModalRootProps, "size" | "centered" | "zIndex">;

const AT_ONCE = { transitionProps: { duration: 0 }, returnFocus: false } as const;
const close = () => ({ size: 44, "aria-label": bare().close });

const BETWEEN = 12;

/** Wherever `data-autofocus` stands inside, the keys go there first. */
export function Dialog({ title, isOpen, onClose, children, ...looks }: Props) {
  // One that asks for no place of its own lies under the notices: it begins where they end.
  const below = useNotices(isOpen && looks.zIndex === undefined);
  const offset = below > 0 ? { yOffset: below + BETWEEN } : {};
  return (
    <Modal.Root {...AT_ONCE} opened={isOpen} onClose={onClose} {...offset} {...looks}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={classes.head}>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          <Modal.CloseButton {...close()} />
        </div>
        <Modal.Body>
          <Keys>{children}</Keys>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

/** The same from the side, for what is long. */
export function SideDialog({ title, isOpen, onClose, children }: Props) {
  const below = useNotices(isOpen);
  const side = directionOf(languageNow()) === "rtl" ? "left" : "right";
  return (
    <Drawer.Root {...AT_ONCE} opened={isOpen} onClose={onClose} position={side} size="xl">
      <Drawer.Overlay />
      <Drawer.Content>
        <div className={classes.head} style={{ marginTop: below }}>
          <Drawer.Title className={classes.title}>{title}</Drawer.Title>
          <Drawer.CloseButton {...close()} />
        </div>
        <Drawer.Body>
          <Keys>{children}</Keys>
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

/** Alarms stay in sight above every dialog: where they end, in pixels from the top. */
function useNotices(isOpen: boolean): number {
  const [bottom, setBottom] = useState(0);
  useLayoutEffect(() => {
    const notices = document.getElementById("notices");
    if (!isOpen || !notices) return;
    const measure = () => {
      const place = notices.getBoundingClientRect();
      setBottom(place.height > 0 ? Math.max(0, place.bottom) : 0);
    };
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(notices);
    return () => observer.disconnect();
  }, [isOpen]);
  return bottom;
}

/** The keys go where they are wanted, and back to where they came from. */
function Keys({ children }: { children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    body.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return <div ref={body}>{children}</div>;
}
