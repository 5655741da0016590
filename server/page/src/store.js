// The state of the page, and who wants to know of it: told at most once a frame.
import { allMembers, get } from './api.js';
import { apply, emptyState, fromSnapshot } from './state.js';

export class Store {
  constructor() {
    this.state = emptyState();
    this.names = new Map();  // roster index: name
    this.connection = { state: 'connecting', pauseMs: 0 };
    this.listeners = new Set();
    this.changes = new Map();  // task: set of members, or null for all of it
    this.waiting = [];         // events that came while a snapshot is asked for
    this.asking = false;
    this.askAgain = false;
    this.frame = 0;
    this.ended = new Set();
  }

  // act(changes): a map of the tasks that changed, or null: everything may have.
  listen(act) {
    this.listeners.add(act);
    return () => this.listeners.delete(act);
  }

  // act(data) whenever a round ends.
  onEnd(act) {
    this.ended.add(act);
    return () => this.ended.delete(act);
  }

  setConnection(state, pauseMs) {
    this.connection = { state, pauseMs };
    this.#mark(null);
  }

  nameOf(index) {
    return this.names.get(index) || `#${index}`;
  }

  async loadNames() {
    for (const member of await allMembers()) this.names.set(member.index, member.name);
    this.#mark(null);
  }

  // Events go on coming meanwhile, and are applied to what the snapshot says.
  async loadSnapshot() {
    if (this.asking) {
      this.askAgain = true;  // the answer on its way may be older than what this is asked for
      return;
    }
    this.asking = true;
    this.askAgain = false;
    try {
      const live = await get('/v1/live');
      this.state = fromSnapshot(live, this.state, Date.now());
      for (const task of live.tasks) {
        for (const one of task.round?.members ?? []) this.names.set(one.index, one.name);
      }
    } finally {
      this.asking = false;
      for (const [name, data] of this.waiting.splice(0)) this.#apply(name, data);
      this.#mark(null);
    }
    if (this.askAgain) await this.loadSnapshot();
  }

  take(name, data) {
    if (this.asking) this.waiting.push([name, data]);
    else this.#apply(name, data);
  }

  #apply(name, data) {
    const change = apply(this.state, name, data, Date.now());
    if (name === 'end') for (const act of this.ended) act(data);
    if (change) this.#mark(change);
  }

  #mark(change) {
    if (change === null) this.changes = null;
    else if (this.changes !== null) {
      const members = this.changes.get(change.task);
      if (change.member === undefined) this.changes.set(change.task, null);
      else if (members) members.add(change.member);
      else if (members === undefined) this.changes.set(change.task, new Set([change.member]));
    }
    if (!this.frame) this.frame = requestAnimationFrame(() => this.#tell());
  }

  #tell() {
    const changes = this.changes;
    this.changes = new Map();
    this.frame = 0;
    for (const act of this.listeners) act(changes);
  }
}
