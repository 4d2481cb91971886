// Events known only to an area: an outline and a tag on its edge, never a pin.
const SMALLEST_CIRCLE = 16; // pixels; a smaller area is told by its tag alone, for a larger circle would be none of its size
const TAG_STEPS = [0, 18, 40, 66, 96];

/** Areas: a dashed circle and a tag on its edge, never a pin. Returns tags hit, and events too vague for this view. */
function drawAreas(pen, view, events, indices, skin, chosen, taken) {
  const areas = new Map(), hits = [], vague = [];
  for (const i of indices) {
    if (events.where[i] !== AREA) continue;
    const key = `${events.x[i]} ${events.y[i]} ${events.radius[i]}`;
    if (!areas.has(key)) areas.set(key, []);
    areas.get(key).push(i);
  }
  // What is told as background, and what is known least well, gives way.
  const weight = ([i]) => (events.background[i] ? 1e9 : 0) + (events.radius[i] || 0);
  for (const members of [...areas.values()].sort((a, b) => weight(a) - weight(b))) {
    const i = members[0], [x, y] = onScreen(view, events.x[i], events.y[i]);
    const reach = (events.radius[i] || 0) / metresPerPixel(events.y[i], view.scale), r = reach < SMALLEST_CIRCLE ? 0 : reach;
    // A circle wider than the view would say nothing but look like something: such an event stays in the list.
    const fits = 2 * r < Math.min(view.width, view.height) - 2 * PAD, spot = fits && tagSpot(pen, view, skin, x, y, r, areaWords(events, members), members, taken);
    if (!events.radius[i] || !spot) { vague.push(...members); continue; }
    const isChosen = members.includes(chosen);
    pen.globalAlpha = isChosen ? 1 : 0.75;
    pen.lineWidth = isChosen ? 2 : 1.2;
    pen.strokeStyle = isChosen ? skin.focus : skin.ink;
    pen.beginPath();
    pen.moveTo(...spot.from);
    pen.lineTo(...spot.foot);
    pen.stroke();
    if (r) {
      pen.beginPath();
      pen.arc(x, y, r, 0, 2 * Math.PI);
      pen.setLineDash([6, 4]);
      pen.stroke();
      pen.globalAlpha = isChosen ? 0.12 : 0.05;
      pen.fillStyle = isChosen ? skin.focus : skin.ink;
      pen.fill();
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    hits.push({ ...spot, area: members, members });
    taken.push(spot.box);
  }
  for (const hit of hits) drawTag(pen, events, skin, hit);
  return { hits, vague };
}
function areaWords(events, [i]) {
  const name = areaName(events.place[i], events.precision[i]) || 'this area';
  const beside = { near: `near ${name}`, outskirts: `outskirts of ${name}` }[events.relation[i]];
  if (beside) return beside;
  if (/^(?:road )?between |^border of |^\d/.test(name)) return name; // says itself how it stands to the towns it names
  return events.precision[i] > 2 ? `somewhere in ${name}` : `in ${name}`;
}

/** A free place for the tag: on the circle, beside a small one with a line to it, else without words; or null. */
function tagSpot(pen, view, skin, x, y, r, text, members, taken) {
  pen.font = `italic 12px ${skin.font}`;
  const symbols = Math.min(ROW, members.length);
  for (const words of [members.length > ROW ? `${members.length} ${text}` : text, members.length > ROW ? String(members.length) : '']) {
    const half = (pen.measureText(words).width + symbols * STEP + 16) / 2, turns = [-0.5, 0.5, 0, 1, -0.25, -0.75, 0.25, 0.75];
    const spots = turns.map(turn => [x + r * Math.cos(turn * Math.PI), y + r * Math.sin(turn * Math.PI)]);
    for (const step of r < 40 ? TAG_STEPS : []) {
      const far = r + step + half + 4, up = r + step + 15;
      spots.push([x + far, y], [x - far, y], [x, y - up], [x, y + up], [x + far, y - up], [x + far, y + up], [x - far, y - up], [x - far, y + up]);
    }
    for (const [cx, cy] of [...spots, [x, y]]) {
      const box = [cx - half, cy - 12, cx + half, cy + 12];
      if (!inSight(view, box) || taken.some(other => overlap(box, other))) continue;
      const foot = [Math.min(Math.max(x, box[0]), box[2]), Math.min(Math.max(y, box[1]), box[3])], away = Math.hypot(foot[0] - x, foot[1] - y);
      const from = away > r ? [x + (foot[0] - x) * r / away, y + (foot[1] - y) * r / away] : foot;
      if (clearLine(from, foot, taken)) return { x: cx, y: cy, box, words, from, foot };
    }
  }
  return null;
}

/** Whether a line crosses no box but one it starts in. */
function clearLine(from, to, taken) {
  const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 4), holds = (box, x, y) => x > box[0] && x < box[2] && y > box[1] && y < box[3];
  const others = taken.filter(box => !holds(box, ...from));
  for (let k = 1; k < steps; k++) {
    const x = from[0] + (to[0] - from[0]) * k / steps, y = from[1] + (to[1] - from[1]) * k / steps;
    if (others.some(box => holds(box, x, y))) return false;
  }
  return true;
}
function drawTag(pen, events, skin, tag) {
  const [left, top, right, bottom] = tag.box, symbols = tag.members.slice(0, ROW);
  pen.beginPath();
  pen.roundRect(left, top, right - left, bottom - top, 12);
  pen.fillStyle = skin.paper;
  pen.fill();
  pen.setLineDash([4, 3]);
  pen.lineWidth = 1;
  pen.strokeStyle = skin.ink;
  pen.stroke();
  pen.setLineDash([]);
  symbols.forEach((i, k) => drawSymbol(pen, skin, events.type[i], left + 13 + k * STEP, tag.y, 5, events.background[i]));
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.font = `italic 12px ${skin.font}`;
  pen.fillStyle = skin.ink;
  pen.fillText(tag.words, left + 8 + symbols.length * STEP, tag.y + 0.5);
}
