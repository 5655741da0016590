// The members of a round as dots that move through the phases, on a canvas: a thousand of them cost
// a few milliseconds a frame, and nothing while they rest.
import { el } from '../dom.js';
import { stateOf, PHASES } from '../state.js';
import { colour, onTheme } from '../theme.js';
import { layout } from './dot_layout.js';

const PULL = 11;          // a second: how quickly a dot comes to its place
const NEAR = 0.3;         // pixels; then it is there
const REACH = 9;          // pixels around a dot that are it, for the pointer
const LONGEST_STEP_S = 0.05;
const COLOURS = ['dot', 'dot-waiting', 'drop', 'rule'];

export class Dots {
  constructor(nameOf) {
    this.nameOf = nameOf;
    this.dots = new Map();  // index: {x, y}
    this.calm = matchMedia('(prefers-reduced-motion: reduce)');
    this.canvas = el('canvas', { role: 'img', 'aria-label': 'No round' });
    this.tip = el('p', { class: 'tip', hidden: true, 'aria-hidden': 'true' });
    this.node = el('div', { class: 'dots' }, this.canvas, this.tip);
    this.frame = 0;
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(this.node);
    this.offTheme = onTheme(() => { this.colours = null; this.wake(); });
    this.canvas.addEventListener('pointermove', (event) => this.point(event));
    this.canvas.addEventListener('pointerleave', () => { this.tip.hidden = true; });
  }

  update(round, isNew) {
    if (isNew) this.dots.clear();
    this.round = round;
    this.plan = null;
    const at = PHASES.map((phase) => `${round.counts[phase]} answered ${phase}`).join(', ');
    const label = `${round.members.size} members: ${at}, ${round.dropped} dropped`;
    if (this.canvas.getAttribute('aria-label') !== label) {
      this.canvas.setAttribute('aria-label', label);
    }
    this.wake();
  }

  resize() {
    const { width, height } = this.node.getBoundingClientRect();
    const ratio = devicePixelRatio || 1;
    Object.assign(this, { width, height, ratio, plan: null });
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.jump = true;
    this.wake();
  }

  wake() {
    if (this.frame) return;
    this.last = performance.now();
    this.frame = requestAnimationFrame((now) => this.step(now));
  }

  step(now) {
    this.frame = 0;
    if (!this.round || !this.width) return;
    this.plan ??= layout(this.round.members, this.width, this.height);
    const jump = this.jump || this.calm.matches;
    const seconds = Math.min(LONGEST_STEP_S, Math.max(0.001, (now - this.last) / 1000));
    const share = jump ? 1 : 1 - Math.exp(-PULL * seconds);
    this.jump = false;
    this.last = now;
    let moving = false;
    for (const [index, place] of this.plan.places) {
      let dot = this.dots.get(index);
      if (!dot) this.dots.set(index, dot = { x: place.x, y: place.y });
      const dx = place.x - dot.x;
      const dy = place.y - dot.y;
      if (Math.abs(dx) < NEAR && Math.abs(dy) < NEAR) {
        dot.x = place.x;
        dot.y = place.y;
      } else {
        dot.x += dx * share;
        dot.y += dy * share;
        moving = true;
      }
    }
    this.draw();
    if (moving) this.frame = requestAnimationFrame((next) => this.step(next));
  }

  draw() {
    this.colours ??= Object.fromEntries(COLOURS.map((name) => [name, colour(name)]));
    const context = this.canvas.getContext('2d');
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.drawRules(context);
    const pending = !this.round.outcome;
    const before = PHASES[PHASES.indexOf(this.round.phase) - 1] ?? '';
    const paths = { 'dot-waiting': new Path2D(), dot: new Path2D(), drop: new Path2D() };
    const { size, dropSize } = this.plan;
    for (const [index, { x, y }] of this.dots) {
      const member = this.round.members.get(index);
      if (!member) continue;
      if (member.droppedIn) cross(paths.drop, x, y, dropSize);
      else circle(paths[pending && member.answered === before ? 'dot-waiting' : 'dot'], x, y, size);
    }
    for (const name of ['dot-waiting', 'dot']) {
      context.fillStyle = this.colours[name];
      context.fill(paths[name]);
    }
    context.strokeStyle = this.colours.drop;
    context.lineWidth = Math.max(1.2, dropSize * 0.45);
    context.stroke(paths.drop);
  }

  drawRules(context) {
    const { column, bandTop } = this.plan;
    context.strokeStyle = this.colours.rule;
    context.lineWidth = 1;
    context.beginPath();
    for (let x = column; x < this.width - 1; x += column) {
      context.moveTo(Math.round(x) + 0.5, 0);
      context.lineTo(Math.round(x) + 0.5, this.height);
    }
    context.moveTo(0, Math.round(bandTop) + 0.5);
    context.lineTo(this.width, Math.round(bandTop) + 0.5);
    context.stroke();
  }

  // Who is under the pointer. The table has the same without one.
  point(event) {
    const x = event.offsetX;
    const y = event.offsetY;
    let found = null;
    let nearest = REACH * REACH;
    for (const [index, dot] of this.dots) {
      const square = (dot.x - x) ** 2 + (dot.y - y) ** 2;
      if (square < nearest) [nearest, found] = [square, index];
    }
    const member = this.round?.members.get(found);
    this.tip.hidden = !member;
    if (!member) return;
    const state = stateOf(member);
    this.tip.textContent = state === 'dropped'
      ? `${this.nameOf(found)}: dropped in ${member.droppedIn}, ${member.reason}`
      : `${this.nameOf(found)}: ${state}`;
    this.tip.style.left = `${Math.min(x + 12, this.width - this.tip.offsetWidth - 4)}px`;
    this.tip.style.top = `${Math.max(0, y - 28)}px`;
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.resizer.disconnect();
    this.offTheme();
  }
}

function circle(path, x, y, size) {
  path.moveTo(x + size, y);
  path.arc(x, y, size, 0, 2 * Math.PI);
}

function cross(path, x, y, size) {
  path.moveTo(x - size, y - size);
  path.lineTo(x + size, y + size);
  path.moveTo(x + size, y - size);
  path.lineTo(x - size, y + size);
}
