// Reads /metrics every few seconds for as long as the page is open, and keeps a quarter of an hour.
import { ask } from './api.js';
import { rate, readMetrics, throughput } from './metrics.js';
import { Refresher } from './refresher.js';

const EVERY_MS = 5000;
const KEPT = 180;
const NAMES = ['received_bytes_total', 'sent_bytes_total', 'accumulated_bytes_total',
  'accumulate_seconds_total', 'unmasked_elements_total', 'unmask_seconds_total', 'sessions',
].map((name) => `blindsum_${name}`);

export class Meter {
  constructor() {
    this.points = [];  // {time, received, sent}: a second each
    this.accumulate = null;  // the last that were measured, a second of work
    this.unmask = null;
    this.sessions = 0;
    this.listeners = new Set();
    this.refresher = new Refresher((signal) => this.#read(signal), EVERY_MS);
    this.refresher.start();
  }

  listen(act) {
    this.listeners.add(act);
    return () => this.listeners.delete(act);
  }

  async #read(signal) {
    if (document.hidden) return;  // the next point is of the time until then
    const text = await (await ask('/metrics', { signal })).text();
    const now = performance.now() / 1000;
    const values = readMetrics(text, NAMES);
    const v = (name) => values[`blindsum_${name}`];
    if (this.before) {
      const b = (name) => this.before.values[`blindsum_${name}`];
      const grown = (name) => rate(b(name), v(name), now - this.before.now);
      this.points.push({ time: Date.now() / 1000, received: grown('received_bytes_total'),
        sent: grown('sent_bytes_total') });
      if (this.points.length > KEPT) this.points.shift();
      const speed = (work, spent) => throughput(b(work), v(work), b(spent), v(spent));
      this.accumulate = speed('accumulated_bytes_total', 'accumulate_seconds_total')
        ?? this.accumulate;
      this.unmask = speed('unmasked_elements_total', 'unmask_seconds_total') ?? this.unmask;
    }
    this.sessions = v('sessions');
    this.before = { values, now };
    for (const act of this.listeners) act();
  }

  stop() {
    this.refresher.stop();
  }
}
