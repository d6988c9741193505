(() => {
  document.documentElement.classList.add('js');
  const panes = [...document.querySelectorAll('section.pane')], buttons = [...document.querySelectorAll('#choice button')];
  const rows = new Map();
  for (const row of document.querySelectorAll('[data-p]')) {
    if (!rows.has(row.dataset.p)) rows.set(row.dataset.p, []);
    rows.get(row.dataset.p).push(row);
  }

  // In the order of the source, each line once; lines of C# alone are walked along.
  const places = [...new Set([...document.querySelectorAll('#source li[data-p]')].map(row => row.dataset.p))];
  let chosen = null;

  const scrollTo = row => {
    const box = row.closest('.rows');
    if (!box || !box.offsetParent) return;
    const top = row.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (top < 0 || top > box.clientHeight - 40) box.scrollTop += top - box.clientHeight / 3;
  };

  const choose = (place, from) => {
    for (const row of rows.get(chosen) ?? []) row.classList.remove('on');
    chosen = place;
    const seen = new Set(from ? [from.closest('.rows')] : []);
    for (const row of rows.get(place) ?? []) {
      row.classList.add('on');
      const box = row.closest('.rows');
      if (!seen.has(box)) scrollTo(row);
      seen.add(box);
    }
    document.getElementById('chosen').textContent = place ?? '';
  };

  const step = by => {
    if (places.length === 0) return;
    const at = places.indexOf(chosen);
    choose(places[at < 0 ? (by > 0 ? 0 : places.length - 1) : Math.min(Math.max(at + by, 0), places.length - 1)]);
  };

  const toggle = i => {
    const pane = panes[i];
    if (!pane) return;
    pane.hidden = !pane.hidden;
    buttons[i].setAttribute('aria-pressed', String(!pane.hidden));
    for (const row of rows.get(chosen) ?? []) if (pane.contains(row)) { scrollTo(row); break; }
  };

  for (const [i, button] of buttons.entries()) {
    panes[i].hidden = button.getAttribute('aria-pressed') !== 'true';
    button.addEventListener('click', () => toggle(i));
  }
  document.addEventListener('click', e => {
    const row = e.target.closest('[data-p]');
    if (row) choose(row.dataset.p, row);
  });
  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'j' || e.key === 'ArrowDown') { step(1); e.preventDefault(); }
    if (e.key === 'k' || e.key === 'ArrowUp') { step(-1); e.preventDefault(); }
    if (e.key === 'Escape') choose(null);
    if (/^[1-9]$/.test(e.key)) toggle(Number(e.key) - 1);
  });
})();
