// For those who listen instead of looking: a few sentences, not one an event.
const PAUSE_MS = 4000;
let last = -PAUSE_MS;
let timer = null;
let outcomes = [];  // all of them are told
let newest = '';    // of everything else the newest

function say() {
  timer = null;
  last = performance.now();
  const text = [...outcomes, newest].filter((one) => one !== '').join('. ');
  document.getElementById('announce').textContent = text;
  outcomes = [];
  newest = '';
}

export function announce(text, isOutcome = false) {
  if (isOutcome) {
    outcomes.push(text);
    newest = '';  // it was before this
  } else {
    newest = text;
  }
  timer ??= setTimeout(say, Math.max(0, last + PAUSE_MS - performance.now()));
}
