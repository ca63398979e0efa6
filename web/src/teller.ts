// When screens are told that something changed: at once what rings, together what does not.

/** Screens are told at once, but in a storm no oftener than they can draw. */
const TELL_MS = 50;
const TELLS_MAX = 4;

export class Teller {
  private listeners = new Set<() => void>();
  private tells = 0;
  private isOwed = false;
  private window: ReturnType<typeof setTimeout> | undefined;
  private soon: ReturnType<typeof setTimeout> | undefined;
  private due = 0; // performance.now, of `soon`

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Tell within so many ms, with whatever changes until then. */
  within(ms: number): void {
    const due = performance.now() + ms;
    if (ms > 0 && this.soon !== undefined && this.due <= due) return;
    clearTimeout(this.soon);
    this.due = due;
    if (ms === 0) this.tell();
    else this.soon = setTimeout(() => this.tell(), ms);
  }

  /** Tell now. */
  tell(): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    if (this.tells === TELLS_MAX) {
      this.isOwed = true;
      return;
    }
    this.tells += 1;
    this.window ??= setTimeout(() => {
      const { isOwed } = this;
      this.window = undefined;
      this.tells = 0;
      this.isOwed = false;
      if (isOwed) this.tell();
    }, TELL_MS);
    for (const listener of this.listeners) listener();
  }
}
