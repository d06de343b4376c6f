// Compiles every *.mjml of this folder into ../templates/*.html.jinja.
//
//   node chalicelib/notifications/mjml/build.mjs           write the templates
//   node chalicelib/notifications/mjml/build.mjs --check   write nothing; exit 1 and name what is stale
//
// Its packages are installed into build/mjml, outside chalicelib, so that they never reach a deployment package.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = dirname(fileURLToPath(import.meta.url));
const templates = join(sources, '..', 'templates');
const workshop = join(sources, '..', '..', '..', 'build', 'mjml');

function install() {
  const lock = 'package-lock.json';
  const ready = join(workshop, 'node_modules', '.ready');
  if (existsSync(ready) && readFileSync(ready, 'utf8') === readFileSync(join(sources, lock), 'utf8')) return;
  mkdirSync(workshop, { recursive: true });
  for (const file of ['package.json', lock, '.npmrc']) copyFileSync(join(sources, file), join(workshop, file));
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: workshop, stdio: 'inherit' });
  copyFileSync(join(sources, lock), ready);
}

async function compile(file) {
  const mjml = createRequire(join(workshop, 'package.json'))('mjml');
  const { html, errors } = await (mjml.default ?? mjml)(readFileSync(file, 'utf8'), {
    filePath: file,
    ignoreIncludes: false,
    includePath: join(sources, 'parts'),
    validationLevel: 'strict',
    fonts: {}, // MJML would fetch fonts it knows by name; a mail asks nothing of third parties
  });
  if (errors.length) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));
  const tidy = html.split('\n').map((line) => line.trim()).filter(Boolean).join('\n');
  return `{#- Compiled from mjml/${basename(file)} by mjml/build.mjs: change that one. -#}\n${tidy}\n`;
}

install();
const stale = [];
for (const name of readdirSync(sources).filter((file) => file.endsWith('.mjml')).sort()) {
  const target = join(templates, name.replace('.mjml', '.html.jinja'));
  const html = await compile(join(sources, name));
  if (existsSync(target) && readFileSync(target, 'utf8') === html) continue;
  stale.push(basename(target));
  if (!process.argv.includes('--check')) writeFileSync(target, html);
}
if (stale.length) console.log(`${process.argv.includes('--check') ? 'stale' : 'written'}: ${stale.join(', ')}`);
process.exitCode = stale.length && process.argv.includes('--check') ? 1 : 0;
