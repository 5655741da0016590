// For those who listen instead of looking: one sentence at a time, not one an event.
const PAUSE_MS = 4000;
let last = 0;
let timer = null;
let waiting = '';

function say() {
  timer = null;
  last = performance.now();
  document.getElementById('announce').textContent = waiting;
}

// The newest one wins if several come within a pause.
export function announce(text) {
  waiting = text;
  timer ??= setTimeout(say, Math.max(0, last + PAUSE_MS - performance.now()));
}
