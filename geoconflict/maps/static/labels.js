// Words on the map. Most important first: places of events, controllers inside their zones, countries, camps, towns.
// A label that finds no free spot is left out, and none covers a mark.

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|\ud802[\udc00-\udfff]|\ud83a[\udc00-\udfff]/;
const FIRST_LETTER = /\p{L}/u;

/**
 * The direction a text is read in: that of its first letter, as browsers do with `dir="auto"`.
 * @param {string} text
 * @returns {'ltr' | 'rtl'}
 */
const directionOf = text => RIGHT_TO_LEFT.test(FIRST_LETTER.exec(text)?.[0] || '') ? 'rtl' : 'ltr';

/** A name among other words: isolated, so that its script does not turn what stands beside it. */
const apart = name => `\u2068${name}\u2069`;

/** Letters of joined scripts fall apart when spaced. */
const canSpace = text => !RIGHT_TO_LEFT.test(text);

/** Boxes already taken; `place` finds a label the first free spot, `write` writes all at the end, over everything. */
class LabelPlacer {
  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {View} view
   * @param {Skin} skin
   * @param {Box[]} taken
   */
  constructor(pen, view, skin, taken) {
    this.pen = pen;
    this.view = view;
    this.skin = skin;
    this.boxes = [...taken];
    this.waiting = [];
    this.stamps = false; // in a crowd, whose every frame counts, labels are stamped
    this.reset();
  }
  reset() {
    const { pen } = this;
    pen.textBaseline = 'middle';
    pen.textAlign = 'left';
    pen.lineJoin = 'round';
  }
  free(box) { return !this.boxes.some(other => overlap(box, other)); }
  measure(lines, font) {
    this.pen.font = font;
    return { width: Math.max(...lines.map(line => widthOf(this.pen, line))), height: lines.length * LINE };
  }
  /** `spots` are offsets of the label's centre-left corner given its size. */
  place(lines, x, y, { font, colour, halo = this.skin.halo, spots }) {
    const { width, height } = this.measure(lines, font), { view } = this;
    if (!inSight(view, [x, y, x, y])) return null;
    for (const [dx, dy] of spots(width, height)) {
      const box = [x + dx - 2, y + dy - height / 2 - 1, x + dx + width + 2, y + dy + height / 2 + 1];
      if (!inSight(view, box) || !this.free(box)) continue;
      this.boxes.push(box);
      this.waiting.push({ lines, x: x + dx, y: y + dy, width, font, colour, halo, spacing: this.pen.letterSpacing });
      return box;
    }
    return null;
  }
  write() {
    this.reset();
    for (const label of this.waiting) if (this.stamps) stampLabel(this.pen, label); else writeLabel(this.pen, label, label.x, label.y);
    this.reset();
  }
}
const LINE = 15; // pixels from one line of a label to the next
const MOST_STAMPS = 800; // labels kept ready: more than a screen holds, and a few MB
const widths = new Map();

/** How wide a text is in the pen's font; asked again for every frame of the slider, so remembered. */
function widthOf(pen, text) {
  const key = `${pen.font}|${pen.letterSpacing}|${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 5000) widths.clear();
    width = pen.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}
const labelStamps = new Map();

/** Write a label with its halo, `x` its left edge and `y` its middle. */
function writeLabel(pen, { lines, width, font, colour, halo, spacing }, x, y) {
  Object.assign(pen, {
    font,
    strokeStyle: halo,
    fillStyle: colour,
    letterSpacing: spacing,
    textBaseline: 'middle',
    textAlign: 'left',
    lineJoin: 'round',
    lineWidth: 3.5,
  });
  lines.forEach((line, k) => {
    const top = y + (k - (lines.length - 1) / 2) * LINE, left = lines.length > 1 ? x + (width - pen.measureText(line).width) / 2 : x;
    pen.direction = directionOf(line);
    pen.strokeText(line, left, top);
    pen.fillText(line, left, top);
  });
  pen.letterSpacing = '0px';
  pen.direction = 'ltr';
}

/** The same as a ready picture: outlined letters are slow to draw. */
function stampLabel(pen, { lines, x, y, width, font, colour, halo, spacing }) {
  const ratio = devicePixelRatio || 1, key = [ratio, font, colour, halo, spacing, ...lines].join('\n');
  let stamp = labelStamps.get(key);
  if (!stamp) {
    if (labelStamps.size > MOST_STAMPS) labelStamps.clear();
    stamp = document.createElement('canvas');
    stamp.width = Math.ceil((width + 8) * ratio);
    stamp.height = Math.ceil((lines.length * LINE + 10) * ratio);
    const own = stamp.getContext('2d');
    own.scale(ratio, ratio);
    writeLabel(own, { lines, width, font, colour, halo, spacing }, 4, stamp.height / ratio / 2);
    labelStamps.set(key, stamp);
  }
  const whole = value => Math.round(value * ratio) / ratio;
  pen.drawImage(stamp, whole(x - 4), whole(y - stamp.height / ratio / 2), stamp.width / ratio, stamp.height / ratio);
}

/**
 * Whether a box lies wholly on the part of the canvas that is seen; what crosses the edge would be read cut off.
 * @param {View} view
 * @param {Box} box
 */
const inSight = (view, [left, top, right, bottom]) => left >= PAD && top >= PAD && right <= view.width - PAD && bottom <= view.height - PAD;
const besideBox = (x, y, box, gap = 3) => (width, height) => {
  const right = box[2] - x + gap, left = box[0] - x - gap - width, up = box[1] - y - height / 2, down = box[3] - y + height / 2;
  return [[right, 0], [left, 0], [-width / 2, up], [-width / 2, down], [right, up + 6], [left, up + 6], [right, down - 6], [left, down - 6]];
};
const centred = width => [[-width / 2, 0]];

/** Text in at most two lines. */
function twoLines(text) {
  if (text.length < 17 || !text.includes(' ')) return [text];
  const words = text.split(' ');
  let best = 1;
  const unevenness = k => Math.abs(words.slice(0, k).join(' ').length - words.slice(k).join(' ').length);
  for (let k = 2; k < words.length; k++) if (unevenness(k) < unevenness(best)) best = k;
  return [words.slice(0, best).join(' '), words.slice(best).join(' ')];
}
const shorten = text => text.length > 44 ? `${text.slice(0, 42)}…` : text;
