// Compares a picture before and after: one covers the other, and a slider moves the border between them.

// Milliseconds without a new answer after which the input picture is decoded, even if the slider hides it.
const PAUSE = 120;

export const card = () => {
  const box = document.createElement('figure');
  box.className = 'card';
  box.innerHTML = '<h3></h3><div class="compare"><img class="after" alt=""><img class="before" alt="before"></div>'
    + '<label class="slide"><span>before</span><input type="range" min="0" max="100" value="100"><span>after</span></label>'
    + '<div class="foot"><output></output><a class="button" hidden>Download</a></div>';
  box.pictures = {}; // The picture that each image shows or is loading, and the input of the newest answer.
  const slider = box.querySelector('input');
  slider.addEventListener('input', () => {
    box.querySelector('.compare').style.setProperty('--cut', `${slider.value}%`);
    put(box, 'before', box.pictures.given);
  });
  return box;
};

export const entitle = (box, title) => {
  box.querySelector('h3').textContent = title;
  box.querySelector('.after').alt = `what ${title} made of it`;
  box.querySelector('input').setAttribute('aria-label', `${title}: before and after`);
};

// Replaces a picture once the new one is decoded, so that nothing flickers.
const put = async (box, place, picture) => {
  if (!picture || box.pictures[place] === picture) return;
  box.pictures[place] = picture;
  const next = Object.assign(new Image(), { src: URL.createObjectURL(picture), className: place });
  await next.decode();
  const old = box.querySelector(`.${place}`), late = box.pictures[place] !== picture;
  if (!late) {
    next.alt = old.alt;
    old.replaceWith(next);
    next.parentElement.style.maxWidth = `${2 * next.naturalWidth}px`; // More would show pixels, not the picture.
  }
  const gone = late ? next : old;
  if (gone.src) URL.revokeObjectURL(gone.src);
};

// Takes away an answer to an earlier picture; `problem` says why there is none to this one.
export const empty = (box, problem = '') => {
  box.pictures = {}; // What is still being decoded comes too late.
  for (const image of box.querySelectorAll('.compare img')) {
    if (image.src) URL.revokeObjectURL(image.src);
    image.removeAttribute('src');
  }
  box.querySelector('a').hidden = true;
  box.querySelector('output').textContent = problem;
  box.classList.remove('busy');
  box.classList.toggle('failed', !!problem);
};

// Shows an answer and its input. If the slider hides the input, it is shown in the first pause: during drawing and filming the browser need
// not decode hidden pictures. `name` is the name of the file to download.
export const show = async (box, before, after, text, name) => {
  const link = box.querySelector('a');
  box.pictures.given = before;
  const bare = box.querySelector('input').value === '100';
  await Promise.all([put(box, 'after', after), bare ? null : put(box, 'before', before)]);
  if (bare) setTimeout(() => { if (box.pictures.given === before) put(box, 'before', before); }, PAUSE);
  link.href = box.querySelector('.after').src;
  link.download = name;
  link.hidden = false;
  box.querySelector('output').textContent = text;
  box.classList.remove('busy');
};
