// Sources of pictures: a file, the clipboard, a drop, a camera.

const place = id => document.getElementById(id);

// A PNG of a picture, no side longer than `most` (0: as it is).
export const scaled = (source, width, height, most) => {
  const factor = most ? Math.min(1, most / Math.max(width, height)) : 1;
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor)));
  const context = canvas.getContext('2d');
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

// Calls take(file) for each picture that is chosen, dropped or pasted, and say(text) for anything else.
export const hearPictures = (take, say) => {
  place('choose').addEventListener('click', () => place('file').click());
  place('file').addEventListener('change', () => { if (place('file').files.length) take(place('file').files[0]); place('file').value = ''; });
  place('drop').addEventListener('keydown', e => { if (e.key === 'Enter') place('file').click(); });
  addEventListener('dragover', e => { e.preventDefault(); place('drop').classList.add('over'); });
  addEventListener('dragleave', e => { if (!e.relatedTarget) place('drop').classList.remove('over'); });
  addEventListener('drop', e => {
    e.preventDefault();
    place('drop').classList.remove('over');
    const dropped = [...e.dataTransfer.files].find(f => f.type.startsWith('image/'));
    if (dropped) take(dropped);
    else say('what was dropped is no picture');
  });
  addEventListener('paste', e => {
    const pasted = [...e.clipboardData.files].find(f => f.type.startsWith('image/'));
    if (pasted) { e.preventDefault(); take(pasted); }
  });
};

// Camera: gives one frame at a time; the next follows when the promise of give(frame, began, look) resolves. begin() is called first; most()
// returns the longest side of a frame; look(video) says what the first frame looks like. Returns a function that stops the camera.
export const openCamera = ({ begin, most, give, say, look = () => null }) => {
  let stream = null;
  const [video, button] = [place('video'), place('film')];
  const stop = () => {
    stream?.getTracks().forEach(t => t.stop());
    stream = null;
    video.hidden = true;
    button.setAttribute('aria-pressed', 'false');
  };
  button.addEventListener('click', async () => {
    if (stream) { stop(); return; }
    begin();
    if (!navigator.mediaDevices) {
      say('Browsers give a camera only to pages of this machine and over https.');
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
      video.srcObject = stream;
      await video.play();
    } catch (problem) {
      stop();
      say(`The camera can't be used: ${problem.message}`);
      return;
    }
    place('shown').hidden = true;
    video.hidden = false;
    button.setAttribute('aria-pressed', 'true');
    const mine = stream, seen = look(video);
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
