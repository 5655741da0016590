// The phases of a round as a line of steps, each with how many have answered and how long it took.
import { el, setText } from '../dom.js';
import { duration } from '../format.js';
import { PHASES, STEPS } from '../state.js';

const NAMES = { offered: 'Offer', advertise: 'Advertise', share: 'Share', mask: 'Masked input',
  attest: 'Attest', unmask: 'Unmask', recover: 'Sum' };

// Events come in steps of a fifth of a second: until the server says how long a phase took, less
// than that is not known.
const STEP_MS = 250;
function shown(took, exact) {
  return !exact && took < STEP_MS ? '< 0.3 s' : duration(took);
}

export class Timeline {
  constructor() {
    this.steps = new Map();
    for (const step of ['offered', ...STEPS]) {
      const count = el('span', { class: 'step-count' });
      const time = el('span', { class: 'step-time' });
      const node = el('li', { data: { step } },
        el('span', { class: 'step-name', text: NAMES[step] }), count, time);
      this.steps.set(step, { node, count, time });
    }
    this.node = el('ol', { class: 'timeline', 'aria-label': 'Phases of the round' },
      [...this.steps.values()].map((step) => step.node));
  }

  update(round) {
    const reached = round.outcome?.outcome === 'completed' ? STEPS.length
      : STEPS.indexOf(round.phase);
    const sum = this.steps.get('recover');
    setText(this.steps.get('offered').count, String(round.members.size));
    this.steps.get('offered').node.dataset.state = 'done';
    STEPS.forEach((step, at) => {
      const { node, count } = this.steps.get(step);
      const current = at === reached && !round.outcome;
      const stopped = at === reached && round.outcome;
      node.dataset.state = current ? 'current' : stopped ? 'aborted'
        : at < reached ? 'done' : 'ahead';
      if (current) node.setAttribute('aria-current', 'step');
      else node.removeAttribute('aria-current');
      if (PHASES.includes(step)) setText(count, `${round.counts[step]} of ${round.members.size}`);
    });
    if (round.outcome) sum.node.dataset.state = round.outcome.outcome;
    setText(sum.count, round.outcome ? round.outcome.outcome : '');
  }

  tick(round, now) {
    for (const [step, { time }] of this.steps) {
      if (step === 'offered') continue;
      const running = step === round.phase && !round.outcome;
      const took = running ? now - round.phaseBegan : round.took[step];
      setText(time, took === undefined ? '' : shown(took, round.outcome));
    }
  }
}
