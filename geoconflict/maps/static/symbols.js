// One shape and one colour a kind of event: told apart in grey, by colour-blind readers, and by name in the key.
// UCDP's three types of violence share the colours of what they are nearest to and have shapes of their own.
const SHAPES = ['circle', 'triangle', 'square', 'diamond', 'cross', 'star', 'down', 'hourglass', 'bar', 'ring'], COLOURS = [0, 1, 2, 3, 4, 5, 0, 3, 2, 6];
const CORNERS = {
  down: [[-1, -0.8], [1, -0.8], [0, 1.1]],
  hourglass: [[-0.95, -1], [0.95, -1], [-0.95, 1], [0.95, 1]],
  bar: [[-1.1, -0.55], [1.1, -0.55], [1.1, 0.55], [-1.1, 0.55]],
};
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const shapeOf = type => SHAPES[Math.min(type, SHAPES.length - 1)];
function traceShape(pen, shape, x, y, r) {
  const corners = { triangle: 3, diamond: 4, star: 10 }[shape];
  pen.beginPath();
  if (shape === 'circle' || shape === 'ring') pen.arc(x, y, r, 0, 2 * Math.PI);
  else if (shape === 'square') pen.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  else if (CORNERS[shape]) {
    for (const [dx, dy] of CORNERS[shape]) pen.lineTo(x + dx * r, y + dy * r);
    pen.closePath();
  } else if (shape === 'cross') {
    const w = r * 0.4;
    const steps = [[-w, -r], [w, -r], [w, -w], [r, -w], [r, w], [w, w], [w, r], [-w, r], [-w, w], [-r, w], [-r, -w], [-w, -w]];
    for (const [dx, dy] of steps) pen.lineTo(x + dx, y + dy);
    pen.closePath();
  } else {
    for (let i = 0; i < corners; i++) {
      const angle = -Math.PI / 2 + i * 2 * Math.PI / corners, reach = shape === 'star' && i % 2 ? r * 0.52 : r * 1.18;
      pen.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
    }
    pen.closePath();
  }
}
/**
 * Size by the number killed: four steps the eye tells apart, each twice the area of the one before. In proportion to the
 * number the largest would hide its neighbours on a map of districts; the key names the steps. A number not known takes
 * the smallest size and a hole: it is not 0.
 */
const SIZE_FROM = [0, 4, 10, 25], SIZE_RADIUS = [5.5, 7.8, 11, 15.5], UNKNOWN_SIZE = 4;
const SYMBOL = 7; // pixels, where no event of the page tells a number
const sizeStep = killed => killed >= SIZE_FROM[3] ? 3 : killed >= SIZE_FROM[2] ? 2 : killed >= SIZE_FROM[1] ? 1 : 0;

/**
 * The step of each event, or null where no event tells a number: then size says nothing and all are alike.
 * @param {(number | null)[] | undefined} best
 * @param {(number | null)[] | undefined} low a floor stands in where there is no best number
 * @returns {Uint8Array | null}
 */
function sizesOf(best, low) {
  const length = (best || low || []).length, sizes = new Uint8Array(length);
  let known = false;
  for (let i = 0; i < length; i++) {
    const killed = best?.[i] ?? low?.[i] ?? null;
    sizes[i] = killed === null ? UNKNOWN_SIZE : sizeStep(killed);
    known ||= killed !== null;
  }
  return known ? sizes : null;
}

/** Half the size of an event's symbol in pixels. */
const radiusOf = (events, i) => events.sizes ? SIZE_RADIUS[events.sizes[i]] ?? SIZE_RADIUS[0] : SYMBOL;
const isUnsized = (events, i) => Boolean(events.sizes) && events.sizes[i] === UNKNOWN_SIZE;

/** One symbol: `hollow` for what is named as background, `hole` for a number not known. */
function drawSymbol(pen, skin, type, x, y, r, hollow, hole = false) {
  const shape = shapeOf(type), colour = skin.types[Math.min(type, skin.types.length - 1)], open = hollow || shape === 'ring';
  traceShape(pen, shape, x, y, r);
  pen.lineJoin = 'round';
  pen.lineWidth = 3.5;
  pen.strokeStyle = skin.halo;
  pen.stroke();
  pen.fillStyle = open ? skin.halo : colour;
  pen.fill();
  pen.lineWidth = hollow ? 1.8 : 1;
  pen.strokeStyle = hollow ? colour : skin.ink;
  pen.stroke();
  if (!hole) return;
  pen.beginPath();
  pen.arc(x, shape === 'triangle' ? y + r * 0.12 : y, r * 0.36, 0, 2 * Math.PI);
  pen.fillStyle = open ? colour : skin.halo;
  pen.fill();
}

/** The same symbol as a ready picture: a crowd is stamped, not drawn. */
function stampSymbol(pen, skin, type, x, y, r, hollow, hole = false) {
  const ratio = devicePixelRatio || 1, key = `${Math.min(type, SHAPES.length - 1)} ${r} ${hollow ? 1 : 0} ${hole ? 1 : 0} ${ratio}`;
  const stamps = skin.stamps ||= new Map();
  let stamp = stamps.get(key);
  if (!stamp) {
    const side = Math.ceil((r * 1.18 + 3) * ratio) * 2;
    stamp = document.createElement('canvas');
    stamp.width = stamp.height = side;
    const own = stamp.getContext('2d');
    own.scale(ratio, ratio);
    drawSymbol(own, skin, type, side / 2 / ratio, side / 2 / ratio, r, hollow, hole);
    stamps.set(key, stamp);
  }
  const side = stamp.width / ratio, whole = value => Math.round(value * ratio) / ratio; // on whole device pixels: no blur
  pen.drawImage(stamp, whole(x - side / 2), whole(y - side / 2), side, side);
}
const drawEvent = (pen, skin, events, i, x, y) => stampSymbol(pen, skin, events.type[i], x, y, radiusOf(events, i), events.background[i], isUnsized(events, i));

/**
 * Lines of the key that explain the sizes; none where no event tells a number.
 * @param {App} app
 * @returns {HTMLElement[]}
 */
function sizeKey(app) {
  const { events, skin } = app;
  if (!events.sizes) return [];
  const type = app.typesPresent[0] ?? 0, present = new Set(events.sizes), most = Math.max(0, ...[...present].filter(step => step < UNKNOWN_SIZE));
  const line = (r, hole, words) => make('li', {}, picture(Math.max(22, Math.ceil(r * 2.4 + 4)), Math.max(18, Math.ceil(r * 2.4 + 4)), pen => {
    const side = Math.max(22, Math.ceil(r * 2.4 + 4)), tall = Math.max(18, Math.ceil(r * 2.4 + 4));
    drawSymbol(pen, skin, type, side / 2, tall / 2, r, false, hole);
  }), words);
  const steps = SIZE_FROM.slice(0, most + 1).map((from, step) => line(SIZE_RADIUS[step], false, step === 3
    ? say('marks.size.more', { count: from }) : say('marks.size.between', { from, to: SIZE_FROM[step + 1] - 1 })));
  return present.has(UNKNOWN_SIZE) ? [...steps, line(SIZE_RADIUS[0], true, say('marks.size.unknown'))] : steps;
}
function drawTent(pen, skin, x, y, r) {
  pen.beginPath();
  for (const [dx, dy] of [[0, -1], [1.15, 0.85], [0.38, 0.85], [0, 0.05], [-0.38, 0.85], [-1.15, 0.85]]) pen.lineTo(x + dx * r, y + dy * r);
  pen.closePath();
  pen.lineJoin = 'round';
  pen.lineWidth = 3;
  pen.strokeStyle = skin.halo;
  pen.stroke();
  pen.fillStyle = skin.camp;
  pen.fill();
  pen.lineWidth = 1;
  pen.strokeStyle = skin.ink;
  pen.stroke();
}
/** Colours and patterns of the theme in force. */
function readSkin(looks) {
  const skin = /** @type {Skin} */ (/** @type {any} */ ({ types: COLOURS.map(k => css(`--type-${k}`)), font: css('--font') }));
  for (const name of ['ink', 'soft', 'paper', 'halo', 'land', 'sea', 'coast', 'border', 'label', 'camp', 'focus', 'histogram']) skin[name] = css(`--${name}`);
  const dark = isDark();
  Object.assign(skin, dark ? { water: '#3d5a70', waterName: '#8fb3cc', road: '#4a525b' } : { water: '#9dbbd0', waterName: '#3f6480', road: '#d3c5a8' });
  skin.zones = looks.map(look => dark ? look.dark : look.light);
  skin.patterns = looks.map((look, k) => [false, true].map(faint => zonePattern(look.hatch, skin.zones[k], faint)));
  return skin;
}

/** A small picture for the key and the list. */
function picture(width, height, paint) {
  const ratio = devicePixelRatio || 1, canvas = document.createElement('canvas');
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.className = 'picture';
  canvas.setAttribute('aria-hidden', 'true');
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  paint(pen);
  return canvas;
}
const symbolPicture = (skin, type, hollow = false) => picture(18, 18, pen => drawSymbol(pen, skin, type, 9, 9, 6, hollow));
