/* An order at the desk: Enter goes to the next field, a scan lands in its field, the main button opens when all is ticked. */
(() => {
  'use strict';
  const $$ = (q, from = document) => [...from.querySelectorAll(q)];
  const FIELDS = 'input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea';
  const seen = (el) => el.offsetParent !== null || el.getClientRects().length > 0;

  /* Enter: the next field (a group of radios is one), after the last one the main action has the focus */
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const form = e.target.closest?.('form[data-order-form]');
    if (!form || !e.target.matches(FIELDS)) return;
    e.preventDefault();
    const here = e.target;
    const all = $$(FIELDS, form).filter((el) => seen(el) && (el === here || !(el.type === 'radio' && el.name === here.name && here.type === 'radio')));
    const next = all[all.indexOf(here) + 1] ?? form.querySelector('[data-main-action], [type=submit]');
    next?.focus();
    next?.select?.();
  });

  /* Alt and a digit: a step */
  document.addEventListener('keydown', (e) => {
    if (!e.altKey || e.ctrlKey || e.metaKey || !/^Digit[1-9]$/.test(e.code)) return;
    const step = document.querySelector(`a[data-step="${e.code.slice(5)}"]`);
    if (step) { e.preventDefault(); step.click(); }
  });

  /* a scanner types quickly and ends with Enter: a burst of digits lands in the scan field of its length */
  const SIZES = { card: [19, 20], device: [15, 15] };
  let burst = '', last = 0;
  document.addEventListener('keydown', (e) => {
    const quick = e.timeStamp - last < 40;
    last = e.timeStamp;
    if (/^[0-9]$/.test(e.key)) { burst = quick ? burst + e.key : e.key; return; }
    if (e.key === 'Enter' && quick) {
      const field = $$('[data-scan]').find((el) => { const [least, most] = SIZES[el.dataset.scan]; return burst.length >= least && burst.length <= most; });
      if (field && field !== e.target) {
        e.preventDefault(); e.stopPropagation();
        if (e.target.matches?.('input') && e.target.value.endsWith(burst)) e.target.value = e.target.value.slice(0, -burst.length);
        field.value = burst; field.focus();
      }
    }
    if (e.key !== 'Shift') burst = '';
  }, true);

  /* reading back: the main action opens when every sentence is ticked; shut it says what is missing */
  const gate = document.querySelector('[data-gate]');
  if (gate) {
    const boxes = $$('[data-gate-box]'), left = document.querySelector('[data-gate-left]');
    const count = () => {
      const n = boxes.filter((box) => !box.checked).length;
      gate.setAttribute('aria-disabled', String(n > 0));
      left.textContent = n ? left.dataset.todo.replace('#', n) : left.dataset.done;
    };
    boxes.forEach((box) => box.addEventListener('change', count));
    gate.addEventListener('click', (e) => { if (gate.getAttribute('aria-disabled') === 'true') { e.preventDefault(); boxes.find((box) => !box.checked)?.focus(); } });
    count();
  }
})();
