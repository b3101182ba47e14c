// Everything works without this file. With it: the statement opens beside what one is doing, a button pressed twice acts
// once, pages that wait refresh themselves, and credentials can be copied.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');

  const say = (words) => {
    const toast = document.getElementById('toast');
    if (!toast) return;
    toast.textContent = words;
    setTimeout(() => { if (toast.textContent === words) toast.textContent = ''; }, 4000);
  };

  // <a data-dialog="statement" href="/privacy#S7">: the same address as a fragment, in a dialog with a Close control.
  const openDialog = async (link) => {
    const url = new URL(link.href);
    const section = url.hash.slice(1);
    url.searchParams.set('view', 'dialog');
    url.hash = '';
    const answer = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const dialog = page.querySelector('dialog');
    if (!dialog) throw new Error('no dialog');
    document.body.append(document.adoptNode(dialog));
    dialog.addEventListener('close', () => { dialog.remove(); link.focus(); });
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog || event.target.closest('[data-close]')) { event.preventDefault(); dialog.close(); }
    });
    dialog.showModal();
    if (section) dialog.querySelector(`#${CSS.escape(section)}`)?.scrollIntoView();
  };

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-dialog]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      openDialog(link).catch(() => { location.href = link.href; });
    }
    const copy = event.target.closest('[data-copy]');
    if (copy) {
      const from = document.getElementById(copy.dataset.copy);
      navigator.clipboard.writeText(from.textContent.trim()).then(() => say(copy.dataset.done || 'Copied'), () => {
        getSelection().selectAllChildren(from);
      });
    }
  });

  // The server knows a form by its one-time key; this only spares people the doubt whether they pressed.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    for (const button of form.querySelectorAll('button[type=submit]')) button.setAttribute('aria-disabled', 'true');
  });
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll('form[data-sent]')) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll('button[aria-disabled]')) button.removeAttribute('aria-disabled');
    }
  });

  // <div data-wait="pending">: look again until the page says something else; then show it whole.
  const waiting = document.querySelector('[data-wait]');
  if (waiting) {
    let pause = 1500;
    const look = async () => {
      try {
        const answer = await fetch(location.href, { credentials: 'same-origin' });
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const now = page.querySelector('[data-wait]');
        if (answer.ok && (!now || now.dataset.wait !== waiting.dataset.wait)) { location.reload(); return; }
      } catch { /* away for a moment: look again */ }
      pause = Math.min(pause * 1.4, 20000);
      if (!document.hidden) setTimeout(look, pause);
      else document.addEventListener('visibilitychange', () => setTimeout(look, 500), { once: true });
    };
    setTimeout(look, pause);
  }

  const errors = document.getElementById('errors');
  if (errors) errors.focus();

  // Keys for staff: g then a letter goes to a list; / searches; ? lists them (title of each navigation link).
  if (document.body.classList.contains('staff')) {
    let going = 0;
    document.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea, dialog')) return;
      if (event.key === '/') {
        const box = document.querySelector('input[name=q]');
        if (box) { event.preventDefault(); box.focus(); }
      } else if (event.key === 'g') {
        going = Date.now();
      } else if (event.key === '?') {
        const keys = [...document.querySelectorAll('nav a[data-key]')].map((a) => `g ${a.dataset.key}: ${a.textContent.trim()}`);
        say([...keys, '/: search'].join(' · '));
      } else if (Date.now() - going < 1500) {
        document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`)?.click();
        going = 0;
      }
    });
  }
})();
