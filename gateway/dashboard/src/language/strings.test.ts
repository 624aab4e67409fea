import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const source = join(import.meta.dirname, '..');
const catalogues = join(import.meta.dirname, 'catalogues');

/** What readers see or hear: in these attributes and properties a text must come out of the catalogue. */
const shownIn = new Set(['label', 'title', 'aria-label', 'header', 'description', 'placeholder', 'alt', 'what', 'sub', 'question', 'text', 'name']);
/** Names, examples and formats: they are the same in every language. */
const sameEverywhere = /^(MailStats( ·)?|Postfix|Exim|KumoMTA|[JK]|×|&nbsp;|[a-z0-9@.:/\-{}$\s·…–+=?]*|https?:\S*|Shop Ltd\.|Policy__\S*|[a-z]+[A-Z][a-z]+)$/;

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts') && !name.endsWith('schema.d.ts'))
  .map((name) => ({ name, tree: ts.createSourceFile(name, readFileSync(join(source, name), 'utf8'), ts.ScriptTarget.ES2022, true) }));

const walk = (node: ts.Node, see: (node: ts.Node) => void): void => {
  see(node);
  node.forEachChild((child) => walk(child, see));
};

function textOf(node: ts.Node): string | null {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];

    return left === null || right === null ? null : left + right;
  }

  return ts.isStringLiteralLike(node) ? node.text : null;
}

function asked(): Set<string> {
  const texts = new Set<string>();
  const add = (node: ts.Expression | undefined): void => {
    if (node !== undefined && ts.isConditionalExpression(node)) {
      add(node.whenTrue);
      add(node.whenFalse);
    }
    const text = node === undefined ? null : textOf(node);
    if (text !== null) {
      texts.add(text);
    }
  };
  for (const { tree } of files) {
    walk(tree, (node) => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
        if (node.expression.text === 't') {
          add(node.arguments[0]);
        } else if (node.expression.text === 'tn' || node.expression.text === 'counted') {
          add(node.arguments[1]);
        }
      } else if (ts.isJsxAttribute(node) && node.name.getText() === 'of' && node.parent.parent.getText().startsWith('<Text')) {
        add(node.initializer as ts.Expression | undefined);
      }
    });
  }

  return texts;
}

test('every text that is shown comes out of the catalogue', () => {
  const bare: string[] = [];
  for (const { name, tree } of files) {
    walk(tree, (node) => {
      const note = (text: string): void => {
        if (!sameEverywhere.test(text.trim())) {
          bare.push(`${name}: ${text.trim()}`);
        }
      };
      if (ts.isJsxText(node)) {
        note(node.text);
      } else if (ts.isJsxAttribute(node) && shownIn.has(node.name.getText()) && node.initializer !== undefined && ts.isStringLiteral(node.initializer)) {
        note(node.initializer.text);
      } else if (ts.isPropertyAssignment(node) && shownIn.has(node.name.getText()) && ts.isStringLiteralLike(node.initializer)) {
        note(node.initializer.text);
      }
    });
  }

  expect(bare).toEqual([]);
});

test.each(readdirSync(catalogues))('%s has every text, each with its values, and nothing else', (file) => {
  const catalogue = JSON.parse(readFileSync(join(catalogues, file), 'utf8')) as Record<string, string>;
  const texts = asked();
  const values = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

  expect([...texts].filter((text) => !(text in catalogue)).sort(), 'not in the catalogue').toEqual([]);
  expect(Object.keys(catalogue).filter((text) => !texts.has(text)).sort(), 'no longer used').toEqual([]);
  for (const [text, written] of Object.entries(catalogue)) {
    expect(values(written), text).toEqual(values(text));
    expect(written.split('|').length, text).toBe(text.split('|').length);
  }
});

test('nothing is asked for that is put together: the catalogue could not have it', () => {
  const made: string[] = [];
  for (const { name, tree } of files) {
    walk(tree, (node) => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && ['t', 'tn'].includes(node.expression.text) && name !== join('language',
        'language.ts')) {
        const text = node.arguments[node.expression.text === 't' ? 0 : 1];
        if (text !== undefined && textOf(text) === null && !ts.isConditionalExpression(text)) {
          made.push(`${name}: ${node.getText()}`);
        }
      }
    });
  }

  expect(made.filter((call) => !call.includes('counted'))).toEqual([]);
});
