// A picture before and after: one lies on the other, and a slider uncovers it.

// After so many milliseconds without a new answer what was given is laid under the slider.
const PAUSE = 120;

export const card = () => {
  const box = document.createElement('figure');
  box.className = 'card';
  box.innerHTML = '<h3></h3><div class="compare"><img class="after" alt=""><img class="before" alt="before"></div>'
    + '<label class="slide"><span>before</span><input type="range" min="0" max="100" value="100"><span>after</span></label>'
    + '<div class="foot"><output></output><a class="button" hidden>Download</a></div>';
  box.pictures = {}; // What each image shows or is about to, and what was given for the newest answer.
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

// The new picture takes the place of the old one once it can be drawn: nothing flickers.
const put = async (box, place, picture) => {
  if (!picture || box.pictures[place] === picture) return;
  box.pictures[place] = picture;
  const next = Object.assign(new Image(), { src: URL.createObjectURL(picture), className: place });
  await next.decode();
  const old = box.querySelector(`.${place}`), late = box.pictures[place] !== picture;
  if (!late) {
    next.alt = old.alt;
    old.replaceWith(next);
  }
  const gone = late ? next : old;
  if (gone.src) URL.revokeObjectURL(gone.src);
};

// Shows the answer; what was given with it, or in the first pause where the slider hides it: while one draws or films no browser decodes
// what nobody sees. `name` is that of the file to download.
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
