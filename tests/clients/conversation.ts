export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`It does not hold that ${what}.`);
}

export const pause = () => new Promise((done) => setTimeout(done, 100));
