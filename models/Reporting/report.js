(() => {
  document.documentElement.classList.add('js');

  // Samples: one moment at a time, chosen by a slider.
  for (const box of document.querySelectorAll('.samples')) {
    const moments = [...box.querySelectorAll('.moment')];
    const input = box.querySelector('input');
    if (!input) continue; // A single moment.
    moments.forEach(m => { m.open = true; });
    const show = () => {
      moments.forEach((m, i) => m.classList.toggle('on', i === +input.value));
      box.querySelector('output').textContent = 'step ' + moments[+input.value].dataset.step;
    };
    input.addEventListener('input', show);
    show();
  }

  for (const box of document.querySelectorAll('.command')) {
    const [code, button] = box.children;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch { // Browsers refuse this to pages that come by plain HTTP.
        getSelection().selectAllChildren(code);
        document.execCommand('copy');
      }
      button.textContent = 'Copied';
    });
  }

  // Charts: drag over a stretch of steps to zoom in, double-click or press the button to go back, hover to read values.
  const W = 640, H = 260, L = 58, R = 24, T = 12, B = 44;
  const data = JSON.parse(document.getElementById('curves')?.textContent ?? '[]');
  const label = v => v === 0 ? '0' : Math.abs(v) >= 1e6 ? (v / 1e6).toFixed(2) + 'M' : Math.abs(v) >= 1e4 ? (v / 1e3).toFixed(1) + 'k'
    : Math.abs(v) < 1e-3 ? v.toExponential(1) : String(+v.toPrecision(4));
  const ticks = (low, high, about) => {
    const rough = (high - low) / about, power = 10 ** Math.floor(Math.log10(rough)), m = rough / power;
    const step = power * (m < 1.5 ? 1 : m < 3.5 ? 2 : m < 7.5 ? 5 : 10), first = Math.ceil(low / step), out = [];
    for (let i = 0; i < 2 * about && (first + i) * step <= high; i++) out.push((first + i) * step); // Beside large numbers a step may be nothing.
    return out;
  };

  for (const card of document.querySelectorAll('.chart')) {
    const series = card.dataset.series.split(',').map(i => data[+i]);
    const svg = card.querySelector('svg'), whole = card.querySelector('button');
    const first = Math.min(...series.map(s => s.x[0])), last = Math.max(first + 1, ...series.map(s => s.x[s.x.length - 1]));
    let from = first, to = last;

    const draw = () => {
      const inside = series.map(s => s.x.map((x, i) => i).filter(i => s.x[i] >= from && s.x[i] <= to));
      const values = series.flatMap((s, k) => inside[k].map(i => s.y[i])).sort((a, b) => a - b);
      const low = Math.min(0, values[Math.floor(values.length / 100)] ?? 0);
      let high = Math.max(values[values.length - 1 - Math.floor(values.length / 100)] ?? 1, ...series.flatMap((s, k) => inside[k].map(i => s.s[i])));
      high = high - low > -1e-9 * low ? low + (high - low) * 1.05 : low + Math.max(1, -low); // Rounding alone is no range; low is at most 0.
      const X = x => L + (x - from) / (to - from) * (W - L - R);
      const Y = y => H - B - (Math.min(Math.max(y, low), high) - low) / (high - low) * (H - T - B);
      const line = (s, k, key, kind) => { // A line through one point shows nothing.
        const look = `class="${kind} s${(s.colour ?? k) % 8}"`, points = inside[k].map(i => [X(s.x[i]).toFixed(1), Y(s[key][i]).toFixed(1)]);
        return points.length === 1 ? `<circle ${look} cx="${points[0][0]}" cy="${points[0][1]}" r="4"/>` : `<polyline ${look} points="${points.join(' ')}"/>`;
      };
      svg.innerHTML = ticks(low, high, 5).map(t => `<path class="grid" d="M${L} ${Y(t)}H${W - R}"/><text class="tick" x="${L - 6}" y="${Y(t) + 4}" text-anchor="end">${label(t)}</text>`).join('')
        + ticks(from, to, 6).map(t => `<text class="tick" x="${X(t)}" y="${H - 26}" text-anchor="middle">${label(t)}</text>`).join('')
        + `<text class="axis" x="${(L + W - R) / 2}" y="${H - 6}">step</text><text class="axis" transform="translate(11 ${(T + H - B) / 2}) rotate(-90)">value</text>`
        + series.map((s, k) => line(s, k, 'y', 'raw')).join('') + series.map((s, k) => line(s, k, 's', 'smooth')).join('')
        + '<rect class="chosen"/><path class="cursor" stroke="currentColor" opacity="0.4" d=""/>';
      whole.hidden = from === first && to === last;
    };

    const stepAt = e => {
      const box = svg.getBoundingClientRect();
      const x = (e.clientX - box.left) / box.width * W;
      return Math.min(to, Math.max(from, from + (x - L) / (W - L - R) * (to - from)));
    };
    const read = step => series.forEach((s, k) => {
      let i = s.x.findIndex(x => x >= step);
      if (i < 0) i = s.x.length - 1;
      card.querySelectorAll('.legend output')[k].textContent = label(s.s[i]);
    });
    let start = null;
    const place = step => L + (step - from) / (to - from) * (W - L - R);
    svg.addEventListener('pointerdown', e => { start = stepAt(e); });
    svg.addEventListener('pointermove', e => {
      const step = stepAt(e);
      svg.querySelector('.cursor')?.setAttribute('d', `M${place(step)} ${T}V${H - B}`);
      if (start !== null) {
        const box = { x: place(Math.min(start, step)), y: T, width: Math.abs(place(step) - place(start)), height: H - T - B };
        for (const key in box) svg.querySelector('.chosen').setAttribute(key, box[key]);
      }
      read(step);
    });
    addEventListener('pointerup', e => {
      if (start === null) return;
      const end = stepAt(e), enough = Math.abs(end - start) > (to - from) / 50;
      if (enough) [from, to] = [Math.min(start, end), Math.max(start, end)];
      start = null;
      draw();
    });
    const back = () => { [from, to] = [first, last]; draw(); };
    svg.addEventListener('dblclick', back);
    whole.addEventListener('click', back);
    draw();
    read(last);
  }
})();
