(() => {
  document.documentElement.classList.add('js');
  const by = id => document.getElementById(id);
  const study = JSON.parse(by('study').textContent);
  const picture = by('picture'), message = by('message'), buttons = { real: by('real'), made: by('made') }, next = by('next');
  const practice = study.pictures.filter(p => p.practice).length, answers = [];
  let begun, shown, hiddenAt, asked = false, unsaved = false;

  const enable = on => { asked = on; for (const button of Object.values(buttons)) button.disabled = !on; };
  const count = () => {
    const i = answers.length;
    by('count').textContent = i < practice ? `Practice ${i + 1} of ${practice}` : `Picture ${i - practice + 1} of ${study.pictures.length - practice}`;
  };

  // The display time starts when the picture is on the screen: it is decoded first, and hidden pages draw nothing.
  const show = async () => {
    next.hidden = true;
    message.textContent = '';
    count();
    picture.src = study.pictures[answers.length].data;
    await picture.decode();
    requestAnimationFrame(() => {
      picture.hidden = false;
      requestAnimationFrame(() => {
        shown = performance.now();
        setTimeout(hide, study.milliseconds);
      });
    });
  };

  const hide = () => {
    picture.hidden = true;
    hiddenAt = performance.now();
    message.textContent = 'Was it real, or made?';
    enable(true);
  };

  const answer = said => {
    if (!asked) return;
    enable(false);
    unsaved = true;
    const { name, made, practice: isPractice } = study.pictures[answers.length];
    answers.push({ picture: name, made, practice: isPractice, answer: said, shownMs: Math.round(hiddenAt - shown), answerMs: Math.round(performance.now() - hiddenAt) });
    if (isPractice) {
      const last = answers.length === practice ? ` Practice is over; ${study.pictures.length - practice} pictures follow, of which you are not told what they were.` : '';
      message.textContent = `${(said === 'made') === made ? 'Right' : 'Wrong'}: it was ${made ? 'made' : 'real'}.${last}`;
      next.hidden = false;
      next.focus();
    } else if (answers.length < study.pictures.length) {
      show();
    } else {
      finish();
    }
  };

  const finish = () => {
    const text = JSON.stringify({ study: study.id, model: study.model, step: study.step, person: by('person').value || null, begun, answers }, null, 1);
    by('text').value = text;
    by('file').href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    by('file').download = `answers-${study.id}-${begun.replace(/[^0-9]/g, '')}.json`;
    by('trial').hidden = true;
    by('end').hidden = false;
  };

  // The answers are in this page alone until they are saved.
  addEventListener('beforeunload', e => { if (unsaved) e.preventDefault(); });
  for (const kept of ['file', 'text']) by(kept).addEventListener(kept === 'file' ? 'click' : 'copy', () => { unsaved = false; });

  by('start').addEventListener('click', () => {
    begun = new Date().toISOString();
    by('begin').hidden = true;
    by('trial').hidden = false;
    show();
  });
  for (const [said, button] of Object.entries(buttons)) button.addEventListener('click', () => answer(said));
  next.addEventListener('click', show);
  document.addEventListener('keydown', e => {
    if (e.repeat || e.target.tagName === 'INPUT' || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'r' || e.key === 'R') answer('real');
    if (e.key === 'm' || e.key === 'M') answer('made');
  });
})();
