import { expect, test } from 'vitest';
import { addressText, domainName } from './idn';

test('names are shown in their letters', () => {
  expect(domainName('xn--bcher-kva.example')).toBe('bücher.example');
  expect(domainName('mail.xn--mnchen-3ya.example')).toBe('mail.münchen.example');
  expect(domainName('xn--wgv71a119e.example')).toBe('日本語.example');
  expect(addressText('ann@xn--bcher-kva.example')).toBe('ann@bücher.example');
});

test('what is no such name stays as it is', () => {
  for (const name of ['shop.example', 'xn--.example', 'xn--a!b.example', 'xn--99999999999.example']) {
    expect(domainName(name)).toBe(name);
  }
});
