// Addresses of the page: #/history?q=text. Pure.

export function parseAddress(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?', 2);
  const pieces = path.split('/').filter((piece) => piece !== '').map(plain);
  return { path: pieces, query: new URLSearchParams(query ?? '') };
}

// What is no escape stays as it is.
function plain(piece) {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

export function roundAddress(task, round) {
  return `#/round/${encodeURIComponent(task)}/${round}`;
}
