// Elements by hand. Text is always text: nothing that comes from the server becomes markup.

// options: class, text, data (data-*), on (listeners); everything else is an attribute. A false or
// null attribute is left out, a true one is empty.
export function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(options)) {
    if (key === 'class') node.className = value;
    else if (key === 'text') node.textContent = value;
    else if (key === 'data') Object.assign(node.dataset, value);
    else if (key === 'on') listen(node, value);
    else if (value === true) node.setAttribute(key, '');
    else if (value !== false && (value ?? null) !== null) node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

function listen(node, listeners) {
  for (const [name, act] of Object.entries(listeners)) node.addEventListener(name, act);
}

// Only if it is another one: what is unchanged is not laid out again.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function button(text, act, options = {}) {
  return el('button', { type: 'button', text, on: { click: act }, ...options });
}

// A table in a box that scrolls sideways on narrow screens. heads: texts, or {text, class}.
export function table(caption, heads, options = {}) {
  const body = el('tbody');
  const head = heads.map((one) => el('th', {
    scope: 'col', class: one.class ?? '', text: one.text ?? one }));
  const node = el('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: '0' },
    el('table', options, el('caption', { class: 'unseen', text: caption }),
      el('thead', {}, el('tr', {}, head)), body));
  return { node, body };
}

// Rows that were there before keep the focus that they had.
export function replaceRows(body, rows) {
  const focused = document.activeElement;
  body.replaceChildren(...rows);
  if (focused !== document.activeElement && body.contains(focused)) focused.focus();
}

// A list of terms: [term, text or node] each.
export function terms(pairs) {
  return el('dl', { class: 'terms' }, pairs.map(([term, value]) =>
    el('div', {}, el('dt', { text: term }), el('dd', {}, value))));
}

export function problem(text) {
  return el('p', { class: 'problem', role: 'alert', text });
}
