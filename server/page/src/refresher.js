// Asks again: every so often, and soon after something has happened. One request at a time.
import { el, setText } from './dom.js';

const SOON_MS = 300;

export class Refresher {
  // act(signal) asks and shows. Its failures are shown in `node`, until it succeeds.
  constructor(act, everyMs = 0) {
    this.act = act;
    this.everyMs = everyMs;
    this.node = el('p', { class: 'problem', role: 'alert', hidden: true });
    this.abort = new AbortController();
    this.again = false;
    this.busy = false;
    this.timer = null;
  }

  start() {
    return this.now();
  }

  async now() {
    if (this.abort.signal.aborted) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.busy = true;
    try {
      await this.act(this.abort.signal);
      this.node.hidden = true;
    } catch (error) {
      if (this.abort.signal.aborted) return;
      const silent = error instanceof TypeError;
      setText(this.node, silent ? 'The server does not answer.' : error.message);
      this.node.hidden = false;
    } finally {
      this.busy = false;
    }
    if (this.again) this.soon();
    else if (this.everyMs > 0) this.timer = setTimeout(() => this.now(), this.everyMs);
    this.again = false;
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), SOON_MS);
  }

  stop() {
    this.abort.abort();
    clearTimeout(this.timer);
  }
}
