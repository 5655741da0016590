// Server-sent events out of pieces of text, cut anywhere.
export class EventParser {
  #rest = '';
  #event = { id: null, event: 'message', data: [] };

  // The events that this piece completes: {id, event, data}.
  push(piece) {
    const events = [];
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) this.#take(line.endsWith('\r') ? line.slice(0, -1) : line, events);
    return events;
  }

  #take(line, events) {
    if (line === '') {
      const { id, event, data } = this.#event;
      if (data.length > 0) events.push({ id, event, data: data.join('\n') });
      this.#event = { id, event: 'message', data: [] };
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;  // a comment: the line lives
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#event.data.push(value);
    else if (field === 'event' || field === 'id') this.#event[field] = value;
  }
}
