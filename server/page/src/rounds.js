// Rounds that are over, of all tasks: the newest first, as far back as was asked for. `search` is
// pure.
import { get, part } from './api.js';

const AT_ONCE = 100;

export function totalMs(summary) {
  return Object.values(summary.timings_ms).reduce((sum, ms) => sum + ms, 0);
}

// Every word has to be in the task's name, the number, the outcome, the reason or the session's id.
export function search(rounds, { text = '', task = '', outcome = '' }) {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return rounds.filter((round) => {
    if (task && round.task !== task) return false;
    if (outcome && round.outcome !== outcome) return false;
    const all = [round.task, round.round, round.outcome, round.reason, round.session_id]
      .join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

export class RoundList {
  constructor() {
    this.rounds = new Map();  // "task/number": summary
    this.next = new Map();    // task: below which number there are more
  }

  async #page(task, before, signal) {
    const below = before === null ? '' : `&before=${before}`;
    const page = await get(`/v1/tasks/${part(task)}/rounds?limit=${AT_ONCE}${below}`, { signal });
    for (const round of page.rounds) this.rounds.set(`${round.task}/${round.round}`, round);
    return page.next_before;
  }

  // What is new of these tasks; the rest is known.
  async refresh(tasks, signal) {
    for (const task of tasks) {
      const next = await this.#page(task, null, signal);
      if (!this.next.has(task)) this.next.set(task, next);
    }
  }

  async older(signal) {
    for (const [task, before] of this.next) {
      if (before !== null) this.next.set(task, await this.#page(task, before, signal));
    }
  }

  get more() {
    return [...this.next.values()].some((before) => before !== null);
  }

  newestFirst() {
    return [...this.rounds.values()].sort((a, b) => b.round - a.round
      || a.task.localeCompare(b.task));
  }
}
