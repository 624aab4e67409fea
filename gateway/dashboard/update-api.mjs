// Fetches the API's description from a running Standalone: npm run update-api -- http://localhost:8080
import { writeFileSync } from 'node:fs';

const [, , address = 'http://localhost:8080'] = process.argv;
const response = await fetch(new URL('/openapi/v1.json', address));
if (!response.ok) {
  throw new Error(`${response.url} answered ${response.status}.`);
}

writeFileSync(new URL('openapi.json', import.meta.url), `${JSON.stringify(await response.json(), null, 2)}\n`);
