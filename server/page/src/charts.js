// The two charts of the live view, by uPlot: how long rounds took, and how much goes in and out.
import uPlot from 'uplot';
import { el, setText } from './dom.js';
import { bytes, count, duration } from './format.js';
import { PHASES } from './state.js';
import { colour, onTheme } from './theme.js';

const HEIGHT = 190;
const LEAST_SECONDS = 60;
const INTEGERS = [1, 2, 5, 10, 20, 50, 100];
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, at) => 2 ** at);

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString();
}

function axis(values, more = {}) {
  return { stroke: colour('soft'), grid: { stroke: colour('rule'), width: 1 },
    ticks: { show: false }, font: '11px system-ui, sans-serif', size: 62, values, ...more };
}

// A chart in a figure. options() makes uPlot's, in the colours of the theme.
class Chart {
  constructor(title, legend, options) {
    this.options = options;
    this.data = null;
    this.holder = el('div', { class: 'chart', role: 'img', 'aria-label': `${title}: no data yet` });
    this.empty = el('p', { class: 'empty', text: 'No data yet.' });
    this.title = title;
    this.said = el('span', { class: 'hint' });
    this.node = el('figure', { class: 'panel' },
      el('figcaption', {}, el('h2', { text: title }), this.said), this.empty, this.holder,
      el('ul', { class: 'legend' }, legend.map(([name, text]) =>
        el('li', {}, el('i', { class: `swatch ${name}` }), text))));
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(this.holder);
    this.offTheme = onTheme(() => this.rebuild());
  }

  show(data, said) {
    this.data = data;
    this.empty.hidden = data[0].length > 0;
    setText(this.said, said);
    this.holder.setAttribute('aria-label', `${this.title}: ${said}`);
    this.holder.hidden = data[0].length === 0;
    if (this.plot && !this.holder.hidden) this.plot.setData(data);
    else this.rebuild();
  }

  rebuild() {
    this.plot?.destroy();
    this.plot = null;
    if (!this.data?.[0].length || this.holder.clientWidth === 0) return;
    this.plot = new uPlot({ width: this.holder.clientWidth, height: HEIGHT, legend: { show: false },
      cursor: { show: false }, padding: [8, 26, 0, 0], ...this.options() }, this.data, this.holder);
  }

  resize() {
    if (this.holder.clientWidth === 0) return;
    if (this.plot) this.plot.setSize({ width: this.holder.clientWidth, height: HEIGHT });
    else this.rebuild();
  }

  stop() {
    this.resizer.disconnect();
    this.offTheme();
    this.plot?.destroy();
  }
}

// Bars of phases on top of each other: the highest is drawn first, so each is a sum of those below.
export class RoundTimes extends Chart {
  constructor() {
    super('Time of rounds', PHASES.map((phase, at) => [`p${at + 1}`, phase]), () => ({
      scales: { x: { time: false, range: (_, low, high) => [low - 0.6, high + 0.6] },
        y: { range: (_, low, high) => [0, Math.max(high, 1) * 1.05] } },
      axes: [axis((plot, splits) => splits.map((at) => (plot.data[0].includes(at) ? at : '')),
        { size: 26, incrs: INTEGERS }), axis((_, splits) => splits.map(duration))],
      series: [{}, ...[...PHASES.keys()].reverse().map((at) => ({
        fill: colour(`p${at + 1}`), width: 0, points: { show: false },
        paths: uPlot.paths.bars({ size: [0.8, 40] }) }))],
    }));
  }

  // rounds: summaries of one task, the oldest first.
  update(task, rounds) {
    const sums = rounds.map((round) => {
      let sum = 0;
      return PHASES.map((phase) => sum += round.timings_ms[phase]);
    });
    const last = sums.at(-1)?.at(-1);
    this.show([rounds.map((round) => round.round),
      ...[...PHASES.keys()].reverse().map((at) => sums.map((one) => one[at]))],
    rounds.length === 0 ? `${task}: no round is over yet`
      : `${task}, ${count(rounds.length, 'round')}; the newest took ${duration(last)}`);
  }
}

export class Traffic extends Chart {
  constructor() {
    super('Throughput', [['p3', 'received'], ['p4', 'sent']], () => ({
      scales: { x: { range: (_, low, high) => [Math.min(low, high - LEAST_SECONDS), high] },
        y: { range: (_, low, high) => [0, Math.max(high, 1024) * 1.05] } },
      axes: [axis((_, splits) => splits.map(clock), { size: 26, space: 90 }),
        axis((_, splits) => splits.map((at) => `${bytes(at)}/s`),
          { size: 78, incrs: POWERS_OF_TWO })],
      series: [{}, ...['p3', 'p4'].map((name) => ({
        stroke: colour(name), width: 1.5, points: { show: false } }))],
    }));
  }

  update({ points, accumulate, unmask }) {
    const now = points.at(-1);
    const said = now ? [`${bytes(now.received)}/s in, ${bytes(now.sent)}/s out`] : ['measuring'];
    if (accumulate !== null) said.push(`adding ${bytes(accumulate)}/s`);
    if (unmask !== null) said.push(`unmasking ${Math.round(unmask).toLocaleString()} elements/s`);
    const drawn = points.length > 1 ? points : [];  // a line has two ends
    this.show([drawn.map((point) => point.time), drawn.map((point) => point.received),
      drawn.map((point) => point.sent)], said.join(' · '));
  }
}
