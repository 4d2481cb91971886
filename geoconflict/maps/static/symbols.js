// One shape and one colour a kind of event: told apart in grey, by colour-blind readers, and by name in the key.
const SHAPES = ['circle', 'triangle', 'square', 'diamond', 'cross', 'star', 'ring'];
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const shapeOf = type => SHAPES[Math.min(type, SHAPES.length - 1)];
function traceShape(pen, shape, x, y, r) {
  const corners = { triangle: 3, diamond: 4, star: 10 }[shape];
  pen.beginPath();
  if (shape === 'circle' || shape === 'ring') pen.arc(x, y, r, 0, 2 * Math.PI);
  else if (shape === 'square') pen.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  else if (shape === 'cross') {
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
function drawSymbol(pen, skin, type, x, y, r, hollow) {
  traceShape(pen, shapeOf(type), x, y, r);
  pen.lineJoin = 'round';
  pen.lineWidth = 3.5;
  pen.strokeStyle = skin.halo;
  pen.stroke();
  pen.fillStyle = hollow || shapeOf(type) === 'ring' ? skin.halo : skin.types[Math.min(type, skin.types.length - 1)];
  pen.fill();
  pen.lineWidth = hollow ? 1.8 : 1;
  pen.strokeStyle = hollow ? skin.types[Math.min(type, skin.types.length - 1)] : skin.ink;
  pen.stroke();
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
function drawCampDot(pen, skin, x, y) {
  pen.beginPath();
  pen.arc(x, y, 3, 0, 2 * Math.PI);
  pen.fillStyle = skin.camp;
  pen.fill();
  pen.lineWidth = 1.2;
  pen.strokeStyle = skin.ink;
  pen.stroke();
}
const TILE = 9;

/** A controller's ground: `hatch` counts as in `HATCH_ORDER`; it carries the difference, the hue only helps. */
function zonePattern(hatch, colour, faint) {
  const ratio = devicePixelRatio || 1, tile = document.createElement('canvas');
  tile.width = tile.height = TILE * ratio;
  const pen = tile.getContext('2d');
  pen.scale(ratio, ratio);
  pen.fillStyle = pen.strokeStyle = colour;
  pen.globalAlpha = faint ? 0.08 : 0.17;
  pen.fillRect(0, 0, TILE, TILE);
  pen.globalAlpha = faint ? 0.25 : 0.42;
  pen.lineWidth = 1;
  pen.beginPath();
  const line = (x0, y0, x1, y1) => { pen.moveTo(x0, y0); pen.lineTo(x1, y1); };
  if (hatch === 0) { line(-2, TILE + 2, TILE + 2, -2); line(-2, 2, 2, -2); line(TILE - 2, TILE + 2, TILE + 2, TILE - 2); }
  if (hatch === 1) { line(-2, -2, TILE + 2, TILE + 2); line(TILE - 2, -2, TILE + 2, 2); line(-2, TILE - 2, 2, TILE + 2); }
  if (hatch === 2) pen.arc(TILE / 2, TILE / 2, 1.2, 0, 2 * Math.PI);
  if (hatch === 3 || hatch === 5) line(0, TILE / 2, TILE, TILE / 2);
  if (hatch === 4 || hatch === 5) line(TILE / 2, 0, TILE / 2, TILE);
  if (hatch === 2) pen.fill(); else pen.stroke();
  return tile;
}

/** Colours and patterns of the theme in force. */
function readSkin(looks) {
  const skin = { types: [0, 1, 2, 3, 4, 5, 6].map(k => css(`--type-${k}`)), font: css('--font') };
  for (const name of ['ink', 'soft', 'paper', 'halo', 'land', 'sea', 'coast', 'border', 'label', 'camp', 'focus', 'histogram']) skin[name] = css(`--${name}`);
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
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
const symbolPicture = (skin, type, hollow) => picture(18, 18, pen => drawSymbol(pen, skin, type, 9, 9, 6, hollow));
