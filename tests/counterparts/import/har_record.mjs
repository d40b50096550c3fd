// Asks for what the plan on stdin says, from a page in Chromium, and has the browser's driver record a HAR of each
// conversation.
//
// argv: the folder that holds playwright-core, and Chromium.

import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [packages, executablePath] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(`${packages}/playwright-core/index.mjs`));

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-web-security'] });
for (const { file, url, requests } of JSON.parse(await text(process.stdin))) {
  const context = await browser.newContext({ recordHar: { path: file, mode: 'full', content: 'embed' } });
  const page = await context.newPage();
  for (const body of requests) {
    await page.evaluate(
      async ([url, body]) => {
        const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
        await answer.arrayBuffer();
      },
      [url, body],
    );
  }
  await context.close();
}
await browser.close();
