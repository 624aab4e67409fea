import { expect, test } from 'vitest';
import { EventStreamReader } from './events';

const stream = ': beat\n\nid: 7\nevent: changed\ndata: {"a":1}\n\nevent: heartbeat\r\ndata: x\r\ndata: y\r\n\r\n';
const wanted = [
  { event: 'comment', data: 'beat' },
  { id: '7', event: 'changed', data: '{"a":1}' },
  { id: '7', event: 'heartbeat', data: 'x\ny' },
];

test('messages are the same however the text is cut', () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const reader = new EventStreamReader();
    const messages = [];
    for (let at = 0; at < stream.length; at += size) {
      messages.push(...reader.push(stream.slice(at, at + size)));
    }
    expect(messages, `pieces of ${size}`).toEqual(wanted);
  }
});
