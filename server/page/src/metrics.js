// Numbers out of /metrics, and what they come to a second. Pure.

// The sum of the series of each of these names, whatever their labels.
export function readMetrics(text, names) {
  const sums = Object.fromEntries(names.map((name) => [name, 0]));
  for (const line of text.split('\n')) {
    const name = /^[a-zA-Z_:][\w:]*/.exec(line)?.[0];
    if (name === undefined || !(name in sums)) continue;
    const value = Number(line.slice(line.lastIndexOf(' ') + 1));
    if (Number.isFinite(value)) sums[name] += value;
  }
  return sums;
}

// How quickly a counter grew; null if it began anew with another process.
export function rate(before, after, seconds) {
  return after < before || seconds <= 0 ? null : (after - before) / seconds;
}

// Work done in the time that was spent on it; null if none was.
export function throughput(workBefore, workAfter, spentBefore, spentAfter) {
  const spent = spentAfter - spentBefore;
  return spent > 0 && workAfter >= workBefore ? (workAfter - workBefore) / spent : null;
}
