import { afterEach, expect, test, vi } from 'vitest';
import { call } from './client';

vi.mock('../session/session', () => ({ currentKey: () => null, signOut: () => undefined }));

const address = 'https://mail.shop.example/v1/settings/brake';

/** What the server was asked, and answers in their order. */
function serve(...answers: Response[]): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push(request);

    return Promise.resolve(answers[asked.length - 1]);
  });

  return asked;
}

const settings = (tag: string) => Response.json({ mode: 'observe' }, { headers: { ETag: tag } });

afterEach(() => vi.unstubAllGlobals());

test('a change says what it is a change of, also after it was made', async () => {
  const asked = serve(settings('"1"'), settings('"2"'), settings('"3"'));

  await call(address);
  await call(address, { method: 'PUT', body: '{}' });
  await call(address, { method: 'PUT', body: '{}' });

  expect(asked.map(({ headers }) => headers.get('If-Match'))).toEqual([null, '"1"', '"2"']);
});

test('numbers have weak tags, which nobody changes by', async () => {
  const asked = serve(settings('W/"1"'), settings('"2"'));

  await call(`${address}s`);
  await call(`${address}s`, { method: 'PUT', body: '{}' });

  expect(asked[1]?.headers.get('If-Match')).toBeNull();
});

test('who comes second is told so', async () => {
  serve(settings('"1"'), Response.json({ status: 412, detail: 'It has been changed since it was read.' }, { status: 412 }));

  await call(address);

  await expect(call(address, { method: 'PUT', body: '{}' })).rejects.toThrow('Somebody else has changed this in the meantime.');
});

test('one of a list that was changed without having been read binds no change of another', async () => {
  const limits = 'https://mail.shop.example/v1/admin/quotas';
  const asked = serve(settings('"1"'), settings('"2"'), settings('"3"'));

  await call(limits, { method: 'PUT', body: '{"domain":"a.example"}' });
  await call(limits, { method: 'PUT', body: '{"domain":"b.example"}' });
  await call(limits, { method: 'PUT', body: '{"domain":"c.example"}', headers: { 'If-Match': '"9"' } });

  expect(asked.map(({ headers }) => headers.get('If-Match'))).toEqual([null, null, '"9"']);
});
