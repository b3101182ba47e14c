#!/usr/bin/env node
// The main job in a browser: order, pay, use, correct, read; the statement's dialog; every page by keyboard and through axe.
// AVOW_SHOTS=DIR keeps a screenshot of every page, desktop and phone, light and dark, the invoice as printed, and the mails.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { axe, haveBrowser, openBrowser, startSystem, Tap, until } from './browser.mjs';

const tap = new Tap();
const missing = haveBrowser();
if (missing) {
  console.log(`ok 1 - browser journey # SKIP ${missing}\n1..1`);
  process.exit(0);
}

const who = {
  full_name: 'Beatrix Halloway', email: 'beatrix.halloway@example.test', telephone: '+44 117 496 0123',
  address1: '4 Cabot Steps', city: 'Bristol', postcode: 'BS1 4ST', password: 'nine quiet otters swim',
};
const views = [
  { name: 'desktop-light', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true },
];
const shots = process.env.AVOW_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const system = await startSystem();
const browser = await openBrowser();
const open = (view, state) => browser.newContext({ ...view, ignoreHTTPSErrors: true, storageState: state });

async function step(label, run) {
  try {
    await run();
    tap.point(true, label);
  } catch (error) {
    tap.point(false, label, error.stack || error);
  }
}

const main = await open(views[0]);
const page = await main.newPage();
const foreign = [];
const trouble = [];
// The browser reports an answer of 404 or 422 as an error; these two addresses give one on purpose.
const expected = { '/no-such-page': 404, '/checkout': 422 };
function listen(tab) {
  tab.on('request', (r) => { if (!r.url().startsWith(system.url) && !r.url().startsWith('data:')) foreign.push(r.url()); });
  tab.on('console', (m) => {
    const { pathname } = new URL(m.location().url || system.url);
    if (m.type() === 'error' && !m.text().includes(`status of ${expected[pathname]} `)) trouble.push(`${pathname}: ${m.text()}`);
  });
  tab.on('pageerror', (e) => trouble.push(String(e)));
}
listen(page);
const go = (address) => page.goto(system.url + address);
const submit = (action) => Promise.all([page.waitForLoadState('load'), page.locator(`form[action*="${action}"] button[type=submit]`).first().click()]);
const state = {};

async function inspect(view, session, addresses, as) {
  const context = await open(view, session);
  const tab = await context.newPage();
  listen(tab);
  for (const address of addresses.filter(Boolean)) {
    await step(`${as} ${address.replace(/[0-9a-z]{26}/, '…')} (${view.name}): no WCAG 2.2 AA violation, nothing wider than the screen`, async () => {
      const answer = await tab.goto(system.url + address);
      const wanted = address === '/no-such-page' ? 404 : 200;
      if (answer.status() !== wanted) throw new Error(`answered ${answer.status()}: ${await tab.innerText('main')}`);
      if (shots) {
        const name = `${as}${address.replace(/[0-9a-z]{26}/, 'one').replaceAll('/', '_')}-${view.name}.png`;
        await tab.screenshot({ path: path.join(shots, name), fullPage: true });
      }
      const violations = await axe(tab);
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) violations.push(`the page is ${wide} px wider than the screen`);
      if (violations.length) throw new Error(violations.join('\n'));
    });
  }
  await context.close();
}

await step('the shop shows prices that say whether VAT is in them', async () => {
  await go('/');
  const text = await page.innerText('main');
  if (!/VAT/.test(text) || !/£/.test(text)) throw new Error(text.slice(0, 400));
});

await step('the privacy statement opens as a dialog with a Close control, and from the keyboard', async () => {
  await page.locator('footer a[href*="/privacy"]').first().click();
  const dialog = page.locator('dialog[open]');
  await dialog.waitFor({ timeout: 5000 });
  if (!/S7|mandatory|order/i.test(await dialog.innerText())) throw new Error('the dialog does not hold the statement');
  state.dialogAxe = await axe(page);
  if (shots) await page.screenshot({ path: path.join(shots, 'visitor_dialog-desktop-light.png') });
  await dialog.getByRole('button', { name: /close/i }).first().click();
  await until('the dialog to close', 5, async () => !(await page.locator('dialog[open]').count()));
  const back = () => page.evaluate(() => document.activeElement?.dataset?.dialog === 'statement');
  if (!(await back())) throw new Error('the focus does not return to the link');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ timeout: 5000 });
  if (!(await page.evaluate(() => document.querySelector('dialog').contains(document.activeElement)))) throw new Error('the focus is not in the dialog');
  await page.keyboard.press('Escape');
  await until('Escape to close it', 5, async () => !(await page.locator('dialog[open]').count()));
  if (!(await back())) throw new Error('after Escape the focus does not return to the link');
});

await step('the first stop of the keyboard skips to the content, and each stop is seen', async () => {
  await go('/');
  await page.keyboard.press('Tab');
  if (!(await page.evaluate(() => document.activeElement.classList.contains('skip')))) throw new Error('the first stop is not the skip link');
  await page.keyboard.press('Enter');
  if (!(await page.evaluate(() => document.activeElement.id === 'main'))) throw new Error('the skip link does not lead to the content');
  await page.keyboard.press('Tab');
  const seen = await page.evaluate(() => {
    const at = document.activeElement;
    return at.closest('main') !== null && getComputedStyle(at).outlineStyle !== 'none';
  });
  if (!seen) throw new Error('after the skip link the focus is not visible within the content');
});

await step('a product goes into the basket', async () => {
  await go('/products/starter');
  const host = page.locator('input[name=hostname]');
  if (await host.count()) await host.fill('cabot-steps.example');
  await submit('/basket/add');
  await page.waitForURL(/\/basket/);
});

await step('the order form says at the field what is wrong, and keeps what was typed', async () => {
  await go('/checkout');
  await page.fill('input[name=full_name]', who.full_name);
  await page.fill('input[name=postcode]', 'ZZ99 9ZZZ');
  await page.evaluate(() => { document.querySelector('form[action*="/checkout"]').noValidate = true; });
  await submit('/checkout');
  if (await page.inputValue('input[name=full_name]') !== who.full_name) throw new Error('what was typed is gone');
  if (!(await page.locator('[aria-invalid=true]').count())) throw new Error('no field is marked');
  const summary = page.locator('.error-summary, [role=alert]').first();
  if (!(await summary.count())) throw new Error('no summary of errors');
  state.errorPage = await axe(page);
});

for (const view of views) await inspect(view, await main.storageState(), ['/basket', '/checkout'], 'shopper');

await step('an order is placed', async () => {
  await go('/checkout');
  const consumer = page.locator('input[name=customer_type][value=consumer]');
  if (await consumer.count()) await consumer.check();
  else if (await page.locator('select[name=customer_type]').count()) await page.selectOption('select[name=customer_type]', 'consumer');
  await page.selectOption('select[name=country]', 'GB');
  for (const [name, value] of Object.entries(who)) await page.fill(`form[action*="/checkout"] [name=${name}]`, value);
  const acknowledged = page.locator('input[name=acknowledged]');
  if (await acknowledged.count()) await acknowledged.check();
  await submit('/checkout');
  await page.waitForURL((u) => !u.pathname.startsWith('/checkout'));
});

await step('the sandbox gateway takes the payment and the invoice is paid', async () => {
  await go('/invoices');
  state.invoice = new URL(await page.locator('main a[href*="/invoices/"]').first().getAttribute('href'), system.url).pathname;
  await go(state.invoice);
  await submit('/pay');
  await page.waitForURL(/\/sandbox\/pay\//);
  state.gatewayAxe = await axe(page);
  const pay = page.locator('input[name=outcome][value=pay]');
  if (await pay.count()) await pay.check();
  else await page.selectOption('select[name=outcome]', 'pay');
  await submit('/sandbox/pay/');
  await until('the invoice to be paid', 30, async () => { await go(state.invoice); return /\bPaid\b/.test(await page.innerText('main')); });
  if (!/[A-Z]+-\d{4}-\d{5,}/.test(await page.innerText('main'))) throw new Error('no invoice number');
});

await step('the service is active, and what was bought is really there', async () => {
  await go('/services');
  state.service = new URL(await page.locator('main a[href*="/services/"]').first().getAttribute('href'), system.url).pathname;
  await until('the service to be active', 30, async () => { await go(state.service); return /\bActive\b/.test(await page.innerText('main')); });
  const address = await page.locator(`a[href^="${system.site}/"]`).first().getAttribute('href');
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} -> ${answer.status}`);
});

await step('an address is corrected, and the page on your data says what was done with it', async () => {
  await go('/account/profile');
  await page.fill('[name=address1]', '19 Wherry Reach');
  await submit('/account/profile');
  await go('/account/data');
  const text = await page.innerText('main');
  for (const words of ['19 Wherry Reach', who.email, 'payment gateway']) {
    if (!text.includes(words)) throw new Error(`“${words}” is not on the page`);
  }
});

await step('a correction is asked for, and its page says by when it is answered', async () => {
  await go('/account/rights/new');
  await page.check('[name=kind][value=rectify]').catch(() => page.selectOption('[name=kind]', 'rectify'));
  await page.fill('[name=said]', 'My name is misspelt.\nPlease correct it.');
  await page.selectOption('[name=field]', 'full_name').catch(() => page.check('[name=field][value=full_name]'));
  await page.fill('[name=wanted]', 'Hazel Halloway-Reed');
  await submit('/account/rights');
  state.request = new URL(page.url()).pathname;
  const text = await page.innerText('main');
  for (const words of ['My name is misspelt.', 'Hazel Halloway-Reed', 'We answer by']) {
    if (!text.includes(words)) throw new Error(`“${words}” is not on the page`);
  }
});

await step('the currency of one’s choice is remembered', async () => {
  await go('/');
  await page.selectOption('select[name=currency]', 'EUR');
  await submit('/currency');
  await go('/');
  if (!/€/.test(await page.innerText('main'))) throw new Error('prices are not in euro');
});

state.product = '/products/starter';
if (shots && state.invoice) {
  await go(state.invoice);
  await page.pdf({ path: path.join(shots, 'invoice.pdf'), format: 'A4' });
  await page.emulateMedia({ media: 'print' });
  await page.screenshot({ path: path.join(shots, 'invoice-printed.png'), fullPage: true });
  await page.emulateMedia({ media: null });
  system.mails().forEach((mail, i) => writeFileSync(path.join(shots, `mail-${i}.eml`), mail));
}
await go('/orders');
state.order = new URL(await page.locator('main a[href*="/orders/"]').first().getAttribute('href'), system.url).pathname;
const customer = await main.storageState();
const staffContext = await open(views[0]);
const staffPage = await staffContext.newPage();
listen(staffPage);
await step('a member of staff signs in and finds the customer by name', async () => {
  await staffPage.goto(`${system.url}/staff/login`);
  await staffPage.fill('[name=email]', system.staff.email);
  await staffPage.fill('[name=password]', system.staff.password);
  await staffPage.locator('form[action*="/staff/login"] button[type=submit]').click();
  await staffPage.waitForURL(/\/staff\/?$/);
  await staffPage.goto(`${system.url}/staff/customers?q=halloway`);
  if (!(await staffPage.innerText('main')).includes(who.full_name)) throw new Error('not found');
});
const staff = await staffContext.storageState();

const firstLink = async (listing, part) => {
  await staffPage.goto(system.url + listing);
  const href = await staffPage.locator(`main table a[href*="${part}"]`).first().getAttribute('href', { timeout: 5000 });
  return new URL(href, system.url).pathname;
};
const everybody = ['/', state.product, '/basket', '/checkout', '/login', '/register', '/forgot', '/privacy', '/privacy/print', '/privacy/record',
  '/privacy/versions', '/rights', '/newsletter', '/announcements', '/privacy/promises', '/privacy/promises/cookies', '/no-such-page'];
const mine = ['/', '/basket', '/account', '/account/profile', '/account/password', '/account/sessions', '/account/data', '/account/email', '/account/export', '/account/restriction', '/account/leave', '/account/close', '/account/rights', '/account/rights/new', state.request, '/services', state.service,
  `${state.service}/cancel`, `${state.service}/change`, '/invoices', state.invoice, '/orders', state.order, '/account/credit', '/account/ways-to-pay', '/account/conclusions', '/account/preferences'];
const theirs = ['/staff/login', '/staff', '/staff/customers', '/staff/orders', '/staff/invoices', '/staff/reviews', '/staff/bank', '/staff/bank/done',
  '/staff/bank/refunds', '/staff/checks', '/staff/checks/try', '/staff/retention', '/staff/holds', '/staff/rights', '/staff/rights/new', '/staff/rights/counts', `/staff${state.request}`, '/staff/services', '/staff/rhythm', '/staff/notices', '/staff/promises',
  '/staff/products', '/staff/products/new', '/staff/coupons', '/staff/coupons/new', '/staff/announcements', '/staff/announcements/new', '/staff/jobs'];
await step('somebody asks for the newsletter, and follows the link', async () => {
  const reader = await (await open(views[0])).newPage();
  const newest = (words) => system.mails().find((mail) => mail.replace(/=\r?\n/g, '').includes(words))?.replace(/=\r?\n/g, '');
  await reader.goto(`${system.url}/newsletter`);
  await reader.fill('[name=email]', 'reader@example.test');
  await reader.click('main form button[type=submit]');
  await until('the message', 30, async () => newest('confirm the newsletter'));
  const link = /\/newsletter\/[\w-]{43}/.exec(newest('confirm the newsletter'))[0];
  await reader.goto(system.url + link);
  state.confirmAxe = await axe(reader);
  await reader.click('main form button[type=submit]');
  await reader.getByText('on the list').waitFor({ timeout: 10000 });
});
await step('staff write an announcement, look twice, and send it', async () => {
  await staffPage.goto(`${system.url}/staff/announcements/new`);
  await staffPage.locator('[name=topic]').first().evaluate((e) => (e.tagName === 'SELECT' ? (e.value = 'newsletter') : e.form.querySelector('[name=topic][value=newsletter]').click()));
  await staffPage.locator('[name=audience]').first().evaluate((e) => (e.tagName === 'SELECT' ? (e.value = 'subscribers') : e.form.querySelector('[name=audience][value=subscribers]').click()));
  await staffPage.fill('#f-title', 'More room for everybody');
  await staffPage.fill('#f-body', 'From **Monday** every web space has twice the room.\n\n- You need not do anything.\n- Prices stay [as they are](/products/starter).\n');
  await staffPage.check('#f-public');
  await staffPage.click('main form.form button[type=submit]');
  const address = new URL(staffPage.url()).pathname;
  theirs.push(address, `${address}/edit`);
  await staffPage.click('main form[action$="/prepare"] button');
  await until('the list', 30, async () => { await staffPage.goto(system.url + address); return /Ready/.test(await staffPage.innerText('main h1')); });
  await staffPage.click('main form[action$="/approve"] button');
  await until('it to be sent', 30, async () => { await staffPage.goto(system.url + address); return /Sent/.test(await staffPage.innerText('main h1')); });
  const issue = system.mails().map((mail) => mail.replace(/=\r?\n/g, '')).find((mail) => mail.includes('More room for everybody') && mail.includes('List-Unsubscribe'));
  everybody.push(/List-Unsubscribe:\s*<https:\/\/[^/]+(\/unsubscribe\/[\w-]{43})>/.exec(issue)[1]);
  await staffPage.goto(`${system.url}/announcements`);
  everybody.push(new URL(await staffPage.locator('main ul a').first().getAttribute('href'), system.url).pathname);
});
await step('every list of staff leads to its things', async () => {
  for (const [list, part] of [['/staff/customers', '/staff/customers/'], ['/staff/orders', '/staff/orders/'], ['/staff/invoices', '/staff/invoices/'],
    ['/staff/services', '/staff/services/'], ['/staff/products', '/staff/products/'], ['/staff/coupons', '/staff/coupons/']]) theirs.push(await firstLink(list, part));
  theirs.push(...['customers', 'invoices'].map((of) => `${theirs.find((a) => a.startsWith(`/staff/${of}/`))}/credit`));
  theirs.push(`${theirs.find((a) => a.startsWith('/staff/customers/'))}/preferences`);
  theirs.push(`${theirs.find((a) => a.startsWith('/staff/customers/'))}/conclusions`);
});

for (const view of views) {
  await inspect(view, undefined, everybody, 'visitor');
  await inspect(view, customer, mine, 'customer');
  await inspect(view, staff, theirs, 'staff');
}
tap.point(!(state.confirmAxe ?? ['not reached']).length, 'the page that confirms the newsletter: no WCAG 2.2 AA violation', state.confirmAxe);
tap.point(!(state.errorPage ?? ['not reached']).length, 'the order form with errors: no WCAG 2.2 AA violation', state.errorPage);
tap.point(!(state.dialogAxe ?? ['not reached']).length, 'the statement as a dialog: no WCAG 2.2 AA violation', state.dialogAxe);
tap.point(!(state.gatewayAxe ?? ['not reached']).length, 'the gateway page: no WCAG 2.2 AA violation', state.gatewayAxe);
tap.point(!foreign.length, 'no page asks anybody else for anything', foreign);
tap.point(!trouble.length, 'no script error, nothing refused by the content security policy', trouble);

await browser.close();
await system.close();
tap.done();
