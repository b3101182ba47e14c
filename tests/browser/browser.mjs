// A whole avow in a real browser. Starts its own system on loopback; leaves nothing behind.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, existsSync, openSync, statSync, chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(path.dirname(here));
const modules = process.env.AVOW_NODE_MODULES || path.join(root, '.cache', 'node_modules');
const binary = process.env.AVOW_BINARY || path.join(root, 'build-test', 'src', 'cmd', 'avow');

export function haveBrowser() {
  if (!existsSync(path.join(modules, 'playwright-core'))) return 'playwright-core is not installed (tests/browser/install)';
  if (!existsSync('/usr/bin/chromium')) return 'chromium is not installed';
  return '';
}

export const freePort = () => new Promise((resolve) => {
  const s = createServer();
  s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
});

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(what, seconds, condition) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(100);
  }
}

export async function startSystem() {
  const dir = mkdtempSync(path.join(tmpdir(), 'avow-browser-'));
  chmodSync(dir, 0o755);
  const data = path.join(dir, 'data');
  const [tls, plain, site] = [await freePort(), await freePort(), await freePort()];
  const init = spawnSync(binary, ['trial', 'init', '--data', data, '--set', `trial.listen=127.0.0.1:${site}`,
    '--set', 'password.cost=test'], { encoding: 'utf8' });
  if (init.status !== 0) throw new Error(`avow trial init: ${init.stderr}`);
  const staff = {
    email: /^\s*staff sign-in:\s*(\S+)/m.exec(init.stdout)[1],
    password: /^\s*password:\s*(\S+)/m.exec(init.stdout)[1],
  };
  const log = path.join(dir, 'log');
  const fd = openSync(log, 'a');
  const child = spawn(binary, ['serve', '--data', data, '--listen', `127.0.0.1:${tls}`, '--plain', `127.0.0.1:${plain}`],
    { stdio: ['ignore', fd, fd] });
  const url = `https://127.0.0.1:${tls}`;
  await until('avow to be ready', 60, async () => {
    if (child.exitCode !== null) throw new Error(`avow ended at start:\n${readFileSync(log, 'utf8').slice(-3000)}`);
    try { return (await fetch(`http://127.0.0.1:${plain}/login`)).ok; } catch { return false; }
  });
  return {
    url, plain: `http://127.0.0.1:${plain}`, site: `http://127.0.0.1:${site}`, data, staff,
    log: () => readFileSync(log, 'utf8'),
    mails() {
      const box = path.join(data, 'mail', 'new');
      if (!existsSync(box)) return [];
      return readdirSync(box).map((f) => path.join(box, f)).sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
        .map((f) => readFileSync(f, 'utf8'));
    },
    async close() {
      child.kill('SIGTERM');
      await Promise.race([new Promise((r) => child.once('exit', r)), sleep(20000)]);
      if (child.exitCode === null) child.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function openBrowser() {
  const { chromium } = await import(pathToFileURL(path.join(modules, 'playwright-core', 'index.mjs')));
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

const axeSource = () => readFileSync(createRequire(import.meta.url).resolve(path.join(modules, 'axe-core', 'axe.min.js')), 'utf8');
let axeText;

// Violations of WCAG 2.2 AA on the page as it stands: "rule: what (where)".
export async function axe(page) {
  axeText ??= axeSource();
  // The content security policy forbids foreign scripts, as it should: evaluate() runs beside it.
  await page.evaluate(axeText);
  const result = await page.evaluate(() => window.axe.run(document, {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  }));
  return result.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')})`);
}

export class Tap {
  n = 0;
  failed = 0;
  point(ok, label, why = []) {
    this.n += 1;
    if (!ok) this.failed += 1;
    console.log(`${ok ? 'ok' : 'not ok'} ${this.n} - ${label}`);
    for (const line of ok ? [] : [why].flat()) console.log(`#   ${String(line).split('\n').join('\n#   ')}`);
  }
  done() {
    console.log(`1..${this.n}`);
    process.exitCode = this.failed ? 1 : 0;
  }
}
