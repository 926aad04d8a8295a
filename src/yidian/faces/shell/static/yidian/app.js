/* Yidian 一点 — the whole of our own script: theme, find, keys, dialogs, countdowns, lists. No inline handlers, no eval. */
(() => {
  'use strict';
  const root = document.documentElement;
  const $ = (q, from = document) => from.querySelector(q);
  const $$ = (q, from = document) => [...from.querySelectorAll(q)];
  const year = 31536000;

  /* theme: the server writes data-bs-theme from the cookie; here only the switch */
  const setTheme = (theme) => {
    root.dataset.bsTheme = theme;
    document.cookie = `yidian_theme=${theme}; path=/; max-age=${year}; samesite=lax`;
    document.dispatchEvent(new CustomEvent('yidian:theme', { detail: theme }));
  };
  /* language: the address says it once, the cookie remembers it */
  const lang = new URLSearchParams(location.search).get('lang');
  if (lang === 'zh' || lang === 'en') document.cookie = `yidian_lang=${lang}; path=/; max-age=${year}; samesite=lax`;

  const clearFound = () => $('#found')?.replaceChildren();
  document.addEventListener('click', (e) => {
    const open = e.target.closest('[data-open]'), shut = e.target.closest('[data-close]');
    if (open) $(open.dataset.open)?.showModal();
    if (shut) shut.closest('dialog')?.close();
    if (e.target.closest('[data-theme-toggle]')) setTheme(root.dataset.bsTheme === 'dark' ? 'light' : 'dark');
    if (!e.target.closest('.y-find')) clearFound();
    $$('details.y-pop[open]').forEach((pop) => { if (!pop.contains(e.target)) pop.open = false; });
  });

  /* a form is sent once: its button is shut while it is on its way, and keeps its words */
  document.addEventListener('submit', (e) => {
    const button = e.submitter;
    if (!button || e.target.method === 'get') return;
    if (button.getAttribute('aria-disabled') === 'true') { e.preventDefault(); return; }
    setTimeout(() => button.setAttribute('aria-disabled', 'true'));
    setTimeout(() => button.removeAttribute('aria-disabled'), 10000);
  });
  addEventListener('pageshow', (e) => { if (e.persisted) $$('form [aria-disabled=true]').forEach((b) => b.removeAttribute('aria-disabled')); });

  /* countdowns: the server owns the truth, this only ticks */
  const two = (n) => String(n).padStart(2, '0');
  const shown = (left) => (left >= 3600 ? `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}` : two(Math.floor(left / 60))) + `:${two(left % 60)}`;
  setInterval(() => $$('[data-countdown]').forEach((el) => {
    const left = Math.max(0, Number(el.dataset.countdown) - 1);
    el.dataset.countdown = left;
    el.textContent = shown(left);
    if (left === 0 && el.dataset.then === 'reload') location.reload();
  }), 1000);

  /* lists: how many are ticked, and the row under the keyboard */
  const rows = (list) => $$('tbody tr', list);
  const count = (list) => {
    const on = rows(list).filter((r) => $('input[type=checkbox]', r)?.checked);
    rows(list).forEach((r) => r.classList.toggle('is-on', on.includes(r)));
    const bulk = $('[data-bulk]');
    if (bulk) { bulk.hidden = on.length === 0; const c = $('[data-bulk-count]', bulk); if (c) c.textContent = on.length; }
  };
  document.addEventListener('change', (e) => { const list = e.target.closest('[data-list]'); if (list) count(list); });
  const step = (list, by) => {
    const all = rows(list); if (!all.length) return;
    const at = all.findIndex((r) => r.classList.contains('is-here'));
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    all.forEach((r) => { r.classList.remove('is-here'); r.removeAttribute('aria-current'); });
    next.classList.add('is-here'); next.setAttribute('aria-current', 'true'); next.scrollIntoView({ block: 'nearest' });
    $('a, button, summary', next)?.focus({ preventScroll: true });
  };
  const listKey = (code) => {
    const list = $('[data-list]'); if (!list) return;
    if (code === 'KeyJ') step(list, 1); else if (code === 'KeyK') step(list, -1);
    else if (code === 'KeyX') { const box = $('tr.is-here input[type=checkbox]', list); if (box) { box.checked = !box.checked; count(list); } }
  };

  /* find: arrow keys walk the links, Enter in the box opens the first one */
  $('.y-find')?.addEventListener('keydown', (e) => {
    const links = $$('#found a');
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[e.key];
    if (to !== undefined) { e.preventDefault(); (links[to] || (to < 0 ? $('#find') : links.at(-1))).focus(); }
    if (e.key === 'Enter' && at < 0) { e.preventDefault(); links[0].click(); }
  });

  /* G and a letter within a second and a half: to that place of the menu */
  let going = 0;
  const goKey = (code) => {
    const waits = Date.now() - going < 1500;
    going = !waits && code === 'KeyG' ? Date.now() : 0;
    const to = waits && $(`.y-rail a[data-go="${code.slice(3)}"]`);
    if (to) to.click();
    return waits || code === 'KeyG';
  };

  /* single keys: by physical key, so a Chinese input method does not swallow them; never inside a field */
  const off = () => localStorage.getItem('yidian.keys') === 'off';
  $$('[data-keys-off]').forEach((box) => { box.checked = off(); box.addEventListener('change', () => localStorage.setItem('yidian.keys', box.checked ? 'off' : 'on')); });
  document.addEventListener('keydown', (e) => {
    const field = e.target.closest?.('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]');
    if (e.key === 'Escape') { clearFound(); $$('details.y-pop[open]').forEach((pop) => { pop.open = false; }); return; }
    if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') { $('[data-main-action]')?.click(); return; }
    if (field || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || $('dialog[open]') || off()) return;
    if (e.key === '?' || (e.code === 'Slash' && e.shiftKey)) { $('#keys')?.showModal(); return; }
    if (e.code === 'Slash') { const find = $('#find'); if (find) { e.preventDefault(); find.focus(); } return; }
    if (e.code.startsWith('Key') && goKey(e.code)) { e.preventDefault(); return; }
    const target = $$('[aria-keyshortcuts]').find((el) => `Key${el.getAttribute('aria-keyshortcuts')}` === e.code);
    if (target) { e.preventDefault(); target.click(); return; }
    listKey(e.code);
  });

  /* after a swap: the first error, else the new heading where the focus was inside of what went, else where it was */
  let held = null;
  document.addEventListener('htmx:before:swap', (e) => {
    const box = e.target;
    if (box !== document.body && box.contains?.(document.activeElement)) held = { box, before: box.previousElementSibling, within: box.parentElement };
  });
  const settle = (from) => { const to = $('[data-focus]', from); if (to) to.focus(); $$('[data-list]').forEach(count); };
  document.addEventListener('htmx:after:swap', (e) => {
    settle(e.target ?? document);
    if (!held || document.activeElement !== document.body) return;
    const { box, before, within } = held;
    const now = box.isConnected ? box : before ? before.nextElementSibling : within?.firstElementChild;
    const to = now && ($('h1, h2, h3', now) ?? now);
    held = null;
    if (to) { to.tabIndex = -1; to.focus({ preventScroll: true }); }
  });
  settle(document);

  /* what is shown beside its list is a page of its own where there is no room beside it */
  document.addEventListener('htmx:before:request', (e) => {
    const link = e.target.closest?.('a[data-beside]');
    if (link && !matchMedia('(min-width: 1100px)').matches) { e.preventDefault(); location.assign(link.href); }
  });

  /* whoever leaves waits for nothing: a browser has six lines to a server, and blocks that are still loading hold them all */
  addEventListener('beforeunload', () => $$('[hx-trigger=load], [data-live]').forEach((el) => el.dispatchEvent(new Event('htmx:abort'))));
  addEventListener('pageshow', (e) => { if (e.persisted && $('[hx-trigger=load] .y-skel')) location.reload(); });

  /* what refreshes itself waits while somebody types in it: no word goes, no focus, no choice. Asked for already and
     answered meanwhile, it is left as it is. */
  const chosen = (select) => Math.max(0, [...select.options].findIndex((one) => one.defaultSelected));
  const changed = (field) => field.matches('select') ? field.selectedIndex !== chosen(field)
    : field.matches('[type=checkbox], [type=radio]') ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  const typing = (box) => $$('input:not([type=hidden]), textarea, select', box).some((field) => field === document.activeElement || changed(field));
  ['htmx:before:request', 'htmx:before:swap'].forEach((name) => document.addEventListener(name, (e) => {
    if (e.target.matches?.('[data-typed]') && typing(e.target)) e.preventDefault();
  }));

  /* what refreshes itself rests while nobody can see it, and is up to date when it is seen again */
  document.addEventListener('htmx:before:request', (e) => { if (document.hidden && e.target.matches?.('[data-live]')) e.preventDefault(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) $$('[data-live]').forEach((el) => el.dispatchEvent(new Event('live'))); });
})();
