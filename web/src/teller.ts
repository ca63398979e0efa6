// When screens are told that something changed: at once what rings, together what does not.

/** Screens are told at once, but in a storm no oftener than they can draw. */
const TELL_MS = 50;
const TELLS_MAX = 4;
/** What can wait is drawn after the alarm is painted; a tab nobody sees paints nothing. */
const PAINT_MS_MAX = 250;

/** The paint that is awaited, for all who tell. */
export class Paint {
  private waiting = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  begin(): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(this.end, PAINT_MS_MAX);
    globalThis.requestAnimationFrame?.(() => setTimeout(this.end));
  }

  /** At once, where none is awaited. */
  after(draw: () => void): void {
    if (this.timer === undefined) draw();
    else this.waiting.add(draw);
  }

  private end = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const draw of this.waiting) draw();
    this.waiting.clear();
  };
}

export class Teller {
  private listeners = new Set<() => void>();
  private tells = 0; // since `window` began
  private window: ReturnType<typeof setTimeout> | undefined;
  private soon: ReturnType<typeof setTimeout> | undefined;
  private due = 0; // performance.now, of `soon`
  private isOwed = false;

  constructor(private readonly paint: Paint) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Tell within so many ms, with whatever changes until then; at once is painted before the rest. */
  within(ms: number): void {
    if (ms === 0) {
      this.paint.begin();
      this.tell();
      return;
    }
    const due = performance.now() + ms;
    if (this.soon !== undefined && this.due <= due) return;
    clearTimeout(this.soon);
    this.due = due;
    this.soon = setTimeout(this.tellSoon, ms);
  }

  private tellSoon = (): void => {
    this.soon = undefined;
    this.paint.after(this.tell);
  };

  /** Tell now, or as soon as a storm lets us: a page that is busy drawing must get its turn. */
  tell = (): void => {
    clearTimeout(this.soon);
    this.soon = undefined;
    this.isOwed = this.tells === TELLS_MAX;
    if (this.isOwed) return;
    this.tells += 1;
    this.window ??= setTimeout(() => {
      this.window = undefined;
      this.tells = 0;
      if (this.isOwed) this.paint.after(this.tell);
    }, TELL_MS);
    for (const listener of this.listeners) listener();
  };
}
