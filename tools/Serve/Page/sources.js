// Sources of pictures: a file, the clipboard, a drop, a camera.

const place = id => document.getElementById(id);

// A PNG of a picture, no side longer than `most` (0: as it is). Of a map each pixel stays one of its colours, which are classes.
export const scaled = (source, width, height, most, isMap = false) => {
  const factor = most ? Math.min(1, most / Math.max(width, height)) : 1;
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor)));
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = !isMap;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/png' });
};

// A PNG of the left or right half of a picture.
export const halved = async (picture, side) => {
  const image = await createImageBitmap(picture), width = Math.floor(image.width / 2);
  const canvas = new OffscreenCanvas(width, image.height);
  canvas.getContext('2d').drawImage(image, side === 'left' ? 0 : width - image.width, 0);
  return canvas.convertToBlob({ type: 'image/png' });
};

// Calls take(file, remark) for each picture that is chosen, dropped or pasted, and say(text) for anything else.
export const hearPictures = (take, say) => {
  place('choose').addEventListener('click', () => place('file').click());
  place('file').addEventListener('change', () => { if (place('file').files.length) take(place('file').files[0]); place('file').value = ''; });
  place('drop').addEventListener('keydown', e => { if (e.key === 'Enter') place('file').click(); });
  addEventListener('dragover', e => { e.preventDefault(); place('drop').classList.add('over'); });
  addEventListener('dragleave', e => { if (!e.relatedTarget) place('drop').classList.remove('over'); });
  addEventListener('drop', e => {
    e.preventDefault();
    place('drop').classList.remove('over');
    const files = [...e.dataTransfer.files], dropped = files.find(f => f.type.startsWith('image/'));
    if (dropped) take(dropped, files.length > 1 ? `Of these ${files.length} files the first picture is taken, ${dropped.name}.` : '');
    else say('what was dropped is no picture');
  });
  addEventListener('paste', e => {
    const pasted = [...e.clipboardData.files].find(f => f.type.startsWith('image/'));
    if (pasted) { e.preventDefault(); take(pasted); }
  });
};

// Camera: gives one frame at a time; the next follows when the promise of give(frame, began, look) resolves. begin() is called first, and
// returns a function that says whether the camera is still wanted; most() returns the longest side of a frame; look(video) says what the
// first frame looks like. Returns a function that stops the camera.
export const openCamera = ({ begin, most, give, say, look = () => null }) => {
  let stream = null;
  const [video, button] = [place('video'), place('film')];
  const end = one => one?.getTracks().forEach(t => t.stop());
  const stop = () => {
    end(stream);
    stream = null;
    video.hidden = true;
    button.setAttribute('aria-pressed', 'false');
  };
  button.addEventListener('click', async () => {
    if (stream) { stop(); return; }
    const isWanted = begin();
    if (!navigator.mediaDevices) {
      say('Browsers give a camera only to pages of this machine and over https.');
      return;
    }
    let mine = null;
    try {
      mine = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
      if (!isWanted()) { end(mine); return; }
      video.srcObject = stream = mine;
      await video.play();
    } catch (problem) {
      if (!isWanted() || stream !== mine) return;
      stop();
      say(`The camera can't be used: ${problem.message}`);
      return;
    }
    if (stream !== mine) return;
    place('shown').hidden = true;
    video.hidden = false;
    button.setAttribute('aria-pressed', 'true');
    const seen = look(video);
    while (stream === mine) {
      const began = performance.now();
      const frame = await scaled(video, video.videoWidth, video.videoHeight, most());
      if (stream !== mine) break;
      await give(frame, began, seen);
      await new Promise(requestAnimationFrame);
    }
  });
  return stop;
};
