// Mantine's dialogs put their title into a <header>: a second banner beside the page's own
// (WCAG 1.3.1). These put it into a plain row.

import { Drawer, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./devices.module.css";

type Props = { title: string; isOpen: boolean; onClose: () => void; children: ReactNode };

export function Dialog({ title, isOpen, onClose, children }: Props) {
  return (
    <Modal.Root opened={isOpen} onClose={onClose} size="lg">
      <Modal.Overlay />
      <Modal.Content>
        <div className={classes.dialogHead}>
          <Modal.Title className={classes.dialogTitle}>{title}</Modal.Title>
          <Modal.CloseButton size={44} aria-label="Close" />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

export function SideDialog({ title, isOpen, onClose, children }: Props) {
  return (
    <Drawer.Root opened={isOpen} onClose={onClose} position="right" size="xl">
      <Drawer.Overlay />
      <Drawer.Content>
        <div className={classes.dialogHead}>
          <Drawer.Title className={classes.dialogTitle}>{title}</Drawer.Title>
          <Drawer.CloseButton size={44} aria-label="Close" />
        </div>
        <Drawer.Body>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
