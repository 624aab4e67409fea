import { expect, test } from 'vitest';
import { piecesOf, safeLink } from './links';

test('addresses become links, and what ends the sentence stays outside', () => {
  expect(piecesOf('550 5.1.1 Go to https://support.google.com/mail/?p=NoSuchUser. Thanks')).toEqual([
    { text: '550 5.1.1 Go to ' },
    { link: 'https://support.google.com/mail/?p=NoSuchUser', text: 'https://support.google.com/mail/?p=NoSuchUser' },
    { text: '. Thanks' },
  ]);
});

test('nothing but http and https is a link', () => {
  expect(piecesOf('javascript:alert(1) data:text/html,x <script>')).toEqual([{ text: 'javascript:alert(1) data:text/html,x <script>' }]);
  expect(safeLink('javascript:alert(1)')).toBeNull();
});

test('an address with a user name is no link: it lies about where it goes', () =>
  expect(piecesOf('see https://support.google.com@evil.example/x')).toEqual([{ text: 'see https://support.google.com@evil.example/x' }]));

test('no text is lost', () => {
  const text = 'a https://one.example/x, b http://two.example) https:// c';
  expect(piecesOf(text).map((piece) => piece.text).join('')).toBe(text);
});
