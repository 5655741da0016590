// A task and its round: the phases as a line of steps, the members as dots below them, who was
// dropped and why, and all of it as a table.
import { roundAddress } from '../address.js';
import { announce } from '../announce.js';
import { el, setText } from '../dom.js';
import { Dots } from './dots.js';
import { DropList } from './drop_list.js';
import { duration, short } from '../format.js';
import { MemberTable } from './member_table.js';
import { phaseOf } from '../state.js';
import { Timeline } from './timeline.js';

const OUTCOMES = { completed: 'completed', aborted: 'aborted' };

export class RoundCard {
  constructor(store, task) {
    this.store = store;
    this.name = task;
    this.round = null;
    this.said = '';
    const nameOf = (index) => store.nameOf(index);
    this.timeline = new Timeline();
    this.dots = new Dots(nameOf);
    this.drops = new DropList(nameOf);
    this.members = new MemberTable(nameOf);
    this.state = el('span', { class: 'badge' });
    this.facts = el('p', { class: 'facts' });
    this.link = el('a', {});
    this.idle = el('p', { class: 'empty' });
    this.picture = el('div', { class: 'picture' }, this.timeline.node, this.dots.node);
    this.node = el('section', { class: 'panel card', 'aria-label': `Task ${task}`,
      data: { testid: 'round-live', task, round: '', phase: '', last: '' } },
      el('header', {}, el('h2', { text: task }), this.state, this.facts, this.link),
      this.idle, this.picture, this.drops.node, this.members.node);
  }

  // members: those that changed, or null: everything may have.
  update(task, members) {
    const round = task.round;
    const isNew = round !== this.round;
    this.task = task;
    this.round = round;
    this.showHead();
    for (const part of [this.picture, this.drops.node, this.members.node]) part.hidden = !round;
    this.idle.hidden = Boolean(round);
    setText(this.idle, task.state === 'paused' ? 'Paused. No round runs.'
      : `No round runs. ${task.waiting} waiting.`);
    if (!round) return;
    this.timeline.update(round);
    this.dots.update(round, isNew);
    this.drops.update(round);
    this.members.update(round, isNew ? null : members);
    this.tell();
    this.tick();
  }

  showHead() {
    const { task, round } = this;
    this.node.dataset.round = round ? String(round.round) : '';
    this.node.dataset.phase = round ? phaseOf(round) : '';
    setText(this.state, task.why ? `${task.state}: ${task.why}` : task.state);
    this.state.dataset.state = task.state;
    const { last } = task;
    this.node.dataset.last = last ? String(last.round) : '';
    this.link.hidden = !last;
    if (last) {
      this.link.href = roundAddress(this.name, last.round);
      setText(this.link, `Record of round ${last.round}, ${last.outcome}`);
    }
  }

  // The seconds go on without an event.
  tick() {
    const { task, round } = this;
    if (!round) return setText(this.facts, `${task.completed} completed, ${task.waiting} waiting`);
    const now = Date.now();
    const over = round.outcome;
    const time = over ? `${OUTCOMES[over.outcome]} in ${duration(over.tookMs)}`
      : `running for ${duration(now - round.started)}`;
    const why = over && over.outcome !== 'completed' ? ` (${over.reason})` : '';
    const resumed = round.resumed ? ', resumed after a restart' : '';
    setText(this.facts, `Round ${round.round}, ${time}${why}${resumed} · session `
      + `${short(round.sessionId)} · ${task.completed} completed, ${task.waiting} waiting`);
    this.timeline.tick(round, now);
    return undefined;
  }

  // A sentence a phase, for those who listen; what came of the round the view tells.
  tell() {
    const { round } = this;
    const key = `${round.round} ${round.phase}`;
    if (key === this.said || round.outcome) return;
    this.said = key;
    announce(`${this.name}, round ${round.round}: phase ${round.phase}, `
      + `${round.members.size} members, ${round.dropped} dropped`);
  }

  stop() {
    this.dots.stop();
    this.node.remove();
  }
}
