// The waves' own connection, made again and again while anybody is to be heard.

/** As the numbers' own socket: a trace must not stay away longer than they do. */
const RETRY_MS_MIN = 400;
const RETRY_MS_MAX = 1_500;
/** Waves come four times a second: who spoke, and is silent for so long, may be a pulled cable. */
const SILENT_MS = 5_000;
/** A connection that is not there after so long never comes: the network changed under it. */
const CONNECT_MS_MAX = 15_000;
const LOOK_MS = 1_000;
/** After each of so many frames the server is told, and sends no more than two seconds ahead. */
const SAY_EVERY = 10;

export class WavesSocket {
  private url: string | null = null;
  private socket: WebSocket | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private retries = 0;
  private count = 0;
  /** When this connection was tried, or last spoke (performance.now). */
  private alive = 0;
  private isOpen = false;

  constructor(private readonly hear: (bytes: ArrayBuffer) => void) {}

  /** Listen there from now on; null: to nobody. */
  listen(url: string | null): void {
    clearTimeout(this.retry);
    clearInterval(this.timer);
    const old = this.socket;
    this.url = url;
    this.socket = null;
    this.retries = 0;
    old?.close();
    if (url === null) return;
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.connect(url);
  }

  private connect(url: string): void {
    const opened = new WebSocket(url);
    this.socket = opened;
    this.count = 0;
    this.isOpen = false;
    this.alive = performance.now();
    opened.binaryType = "arraybuffer";
    opened.onopen = () => {
      if (this.socket !== opened) return;
      this.retries = 0;
      this.isOpen = true;
      opened.send("0");
    };
    opened.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      if (this.socket !== opened) return;
      this.alive = performance.now();
      this.count += 1;
      this.hear(data);
      if (this.count % SAY_EVERY === 0) opened.send(String(this.count));
    };
    opened.onclose = () => {
      if (this.socket === opened) this.again();
    };
  }

  private again(): void {
    this.socket = null;
    const most = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(this.retries++, 6));
    clearTimeout(this.retry);
    this.retry = setTimeout(
      () => this.url !== null && this.connect(this.url),
      most * (0.5 + Math.random() / 2),
    );
  }

  /**
   * Give up what is dead: a cable that is pulled never says goodbye. One that has said nothing yet is
   * left alone: nobody may wear a monitor.
   */
  private look(): void {
    const { socket } = this;
    const quiet = performance.now() - this.alive;
    const isDead = this.isOpen ? this.count > 0 && quiet > SILENT_MS : quiet > CONNECT_MS_MAX;
    if (!socket || !isDead) return;
    this.again();
    socket.close();
  }
}
