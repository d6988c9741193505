// A picture before and after: one lies on the other, and a slider uncovers it.

export const card = () => {
  const box = document.createElement('figure');
  box.className = 'card';
  box.innerHTML = '<h3></h3><div class="compare"><img class="after" alt=""><img class="before" alt="before"></div>'
    + '<label class="slide"><span>after</span><input type="range" min="0" max="100" value="0"><span>before</span></label>'
    + '<div class="foot"><output></output><a class="button" hidden>Download</a></div>';
  const slider = box.querySelector('input');
  slider.addEventListener('input', () => box.querySelector('.compare').style.setProperty('--cut', `${slider.value}%`));
  return box;
};

export const entitle = (box, title) => {
  box.querySelector('h3').textContent = title;
  box.querySelector('.after').alt = `what ${title} made of it`;
  box.querySelector('input').setAttribute('aria-label', `${title}: before and after`);
};

// The new picture takes the place of the old one once it can be drawn: nothing flickers.
const put = async (image, picture) => {
  const next = Object.assign(new Image(), { src: URL.createObjectURL(picture), className: image.className, alt: image.alt });
  await next.decode();
  image.replaceWith(next);
  if (image.src) URL.revokeObjectURL(image.src);
};

// Shows both pictures; `name` is that of the file to download.
export const show = async (box, before, after, text, name) => {
  const link = box.querySelector('a');
  await Promise.all([put(box.querySelector('.before'), before), put(box.querySelector('.after'), after)]);
  link.href = box.querySelector('.after').src;
  link.download = name;
  link.hidden = false;
  box.querySelector('output').textContent = text;
  box.classList.remove('busy');
};
