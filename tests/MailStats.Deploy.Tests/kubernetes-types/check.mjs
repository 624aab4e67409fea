// Holds manifests against the types of the Kubernetes API: required fields, types and, since each is checked as a literal,
// unknown fields. Reads {"name": manifest, …} from standard input, prints one line for each mistake.
//   node check.mjs < manifests.json
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const packages = ['kubernetes-models', '@kubernetes-models/gateway-api', '@kubernetes-models/keda', '@kubernetes-models/prometheus-operator'];

function moduleOf({ apiVersion, kind }) {
  const path = apiVersion.includes('/') ? apiVersion : `${apiVersion}`;

  return packages.map(name => `${name}/${path}/${kind}`).find(name => existsSync(join(here, 'node_modules', `${name}.d.ts`)));
}

const manifests = JSON.parse(readFileSync(0, 'utf8'));
const sources = new Map();
const unknown = [];
const folder = mkdtempSync(join(here, 'node_modules', '.check-'));

try {
  for (const [name, manifest] of Object.entries(manifests)) {
    const module = moduleOf(manifest);

    if (!module) {
      unknown.push(name);
      continue;
    }

    const file = join(folder, `${sources.size}.ts`);
    writeFileSync(file, `import type { I${manifest.kind} } from '${module}';\nexport const manifest: I${manifest.kind} = ${JSON.stringify(manifest, null, 2)};\n`);
    sources.set(file, name);
  }

  const program = ts.createProgram([...sources.keys()], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  });

  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const place = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line;
    const line = place === undefined ? '' : diagnostic.file.text.split('\n')[place].trim();
    console.log(`${sources.get(diagnostic.file?.fileName) ?? '?'}: ${line}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

for (const name of unknown) {
  console.log(`${name}: no types for this kind`);
}
