// The inputs of a model that generates pictures (sliders and a button), and the query that they give.

export const addMaking = (model, box, element, changed) => {
  const { makes } = model, making = { seed: 1 };
  const slider = (name, text, min, max, step, value, say) => {
    const output = element('output', { textContent: say(value) });
    const input = element('input', { type: 'range', min, max, step, value });
    input.dataset.name = name;
    input.addEventListener('input', () => { output.textContent = say(+input.value); changed(); });
    box.append(element('label', { className: 'field range' }, text + ' ', input, output));
    return input;
  };
  if (makes.finest_scale) making.scale = slider('scale', 'Chance begins at scale', 0, makes.finest_scale, 1, 0, v => v ? `${v}` : '0, the coarsest');
  if (makes.size) {
    making.width = slider('width', 'Width', 50, 200, 5, 100, v => `${v} %`);
    making.height = slider('height', 'Height', 50, 200, 5, 100, v => `${v} %`);
  }
  if (makes.inject) {
    making.inject = element('input', { type: 'checkbox' });
    making.inject.addEventListener('change', () => changed());
    box.append(element('label', { className: 'field choices' }, making.inject, ' Put the picture in at that scale'));
  }
  const another = element('button', { type: 'button', textContent: 'New sample' });
  another.addEventListener('click', () => { making.seed++; changed(); });
  box.append(another);
  return making;
};

// With an injected picture, noise begins at scale 1 or finer, and the size is that of training.
export const makingQuery = (model, injects) => {
  const { seed, scale, width, height } = model.asked.making, query = new URLSearchParams({ seed });
  const from = Math.max(scale ? +scale.value : 0, injects ? 1 : 0);
  if (from) query.set('from-scale', from);
  if (!injects && width && model.made && (+width.value !== 100 || +height.value !== 100)) {
    const side = (pixels, slider) => Math.max(1, Math.round(pixels * slider.value / 100));
    query.set('size', `${side(model.made.width, width)}x${side(model.made.height, height)}`);
  }
  return query;
};
