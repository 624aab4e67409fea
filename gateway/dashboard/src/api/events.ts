/** One message of a stream of server-sent events (WHATWG HTML §9.2). */
export type StreamMessage = { id?: string; event: string; data: string };

/**
 * Cuts text that arrives in arbitrary pieces into messages. Comment lines (heartbeats) come out as messages of type
 * "comment": they prove that the connection lives. EventSource is not used because it cannot send a key.
 */
export class EventStreamReader {
  #rest = '';
  #id: string | undefined;
  #event = '';
  #data: string[] = [];

  push(text: string): StreamMessage[] {
    const messages: StreamMessage[] = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#take(line, messages);
    }

    return messages;
  }

  #take(line: string, messages: StreamMessage[]): void {
    if (line === '') {
      if (this.#data.length > 0) {
        messages.push({
          event: this.#event || 'message',
          data: this.#data.join('\n'),
          ...(this.#id === undefined ? {} : { id: this.#id }),
        });
      }
      this.#event = '';
      this.#data = [];

      return;
    }

    const colon = line.indexOf(':');
    if (colon === 0) {
      messages.push({ event: 'comment', data: line.slice(1).trim() });

      return;
    }

    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') {
      this.#data.push(value);
    } else if (field === 'event') {
      this.#event = value;
    } else if (field === 'id') {
      this.#id = value;
    }
  }
}
