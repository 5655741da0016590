// /v1/events by fetch, which can send the token. Comes back by itself, with Last-Event-ID.
import { ApiError, ask } from './api.js';
import { EventParser } from './sse.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15000;
const SILENCE_MS = 25000;  // the server says something every ten seconds

export class EventStream {
  // onOpen(): it begins, or begins again. onEvent(name, data). onState('connecting', 'live' or
  // 'lost', how long until the next try).
  constructor({ onOpen, onEvent, onState }) {
    this.on = { onOpen, onEvent, onState };
    this.lastId = null;
    this.stopped = false;
    this.listening = new AbortController();
    this.wake = () => {};
  }

  start() {
    const { signal } = this.listening;
    addEventListener('online', () => this.wake(), { signal });
    document.addEventListener('visibilitychange', () => document.hidden || this.wake(), { signal });
    this.#run();
  }

  stop() {
    this.stopped = true;
    this.listening.abort();
    this.abort?.abort();
    this.wake();
  }

  async #run() {
    let pause = FIRST_PAUSE_MS;
    while (!this.stopped) {
      this.on.onState('connecting', 0);
      let heard = false;
      try {
        await this.#listen(() => { heard = true; });
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) this.stopped = true;
      }
      if (this.stopped) return;
      if (heard) pause = FIRST_PAUSE_MS;
      this.on.onState('lost', pause);
      await this.#sleep(pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  #sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  async #listen(onFirst) {
    this.abort = new AbortController();
    const watch = { timer: null };
    const heard = () => {
      clearTimeout(watch.timer);
      watch.timer = setTimeout(() => this.abort.abort(), SILENCE_MS);
    };
    try {
      heard();
      const headers = this.lastId === null ? {} : { 'Last-Event-ID': this.lastId };
      const answer = await ask('/v1/events', { headers, signal: this.abort.signal });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new EventParser();
      for (let first = true; ; first = false) {
        const { value, done } = await reader.read();
        if (done) return;
        heard();
        if (first) {
          onFirst();
          this.on.onState('live', 0);
          this.on.onOpen();
        }
        for (const event of parser.push(value)) this.#tell(event);
      }
    } finally {
      clearTimeout(watch.timer);
    }
  }

  #tell({ id, event, data }) {
    if (id !== null) this.lastId = id;
    this.on.onEvent(event, JSON.parse(data));
  }
}
