const base = 36;
const smallest = 1;
const largest = 26;

/** A domain as people write it: `xn--bcher-kva.example` → `bücher.example` (RFC 3492, 5891). What cannot be read stays as it is. */
export const domainName = (domain: string): string => (domain.includes('xn--') ? domain.split('.').map(label).join('.') : domain);

/** An address with its domain as people write it. */
export function addressText(address: string): string {
  const at = address.lastIndexOf('@');

  return at < 0 ? address : address.slice(0, at + 1) + domainName(address.slice(at + 1));
}

function label(text: string): string {
  return text.startsWith('xn--') ? decode(text.slice(4)) || text : text;
}

function decode(text: string): string | null {
  const split = text.lastIndexOf('-');
  const output = [...text.slice(0, Math.max(0, split))];
  let code = 128;
  let place = 0;
  let bias = 72;

  for (let at = split + 1; at < text.length; ) {
    const before = place;
    let weight = 1;
    for (let step = base; ; step += base) {
      const digit = digitOf(text.charCodeAt(at++));
      if (digit === null) {
        return null;
      }
      place += digit * weight;
      const threshold = Math.min(largest, Math.max(smallest, step - bias));
      if (digit < threshold) {
        break;
      }
      weight *= base - threshold;
    }

    bias = adapt(place - before, output.length + 1, before === 0);
    code += Math.floor(place / (output.length + 1));
    place %= output.length + 1;
    if (code > 0x10ffff) {
      return null;
    }
    output.splice(place++, 0, String.fromCodePoint(code));
  }

  return output.join('');
}

function digitOf(code: number): number | null {
  if (code >= 48 && code <= 57) {
    return code - 22;
  }
  const letter = code | 32;

  return letter >= 97 && letter <= 122 ? letter - 97 : null;
}

function adapt(delta: number, points: number, first: boolean): number {
  let rest = first ? Math.floor(delta / 700) : delta >> 1;
  rest += Math.floor(rest / points);
  let bias = 0;
  for (; rest > ((base - smallest) * largest) >> 1; bias += base) {
    rest = Math.floor(rest / (base - smallest));
  }

  return bias + Math.floor(((base - smallest + 1) * rest) / (rest + 38));
}
