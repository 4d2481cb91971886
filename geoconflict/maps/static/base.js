// The land below everything, and the names on it.
function drawBase(pen, view, base, skin) {
  inWorld(pen, view, base.origin, pixel => {
    pen.fillStyle = skin.land;
    pen.fill(base.far, 'evenodd');
    pen.fillStyle = skin.sea;
    pen.fill(base.frame);
    pen.fillStyle = skin.land;
    pen.fill(base.land, 'evenodd');
    pen.lineJoin = 'round';
    const stroke = (path, colour, width, dash = []) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width * pixel;
      pen.setLineDash(dash.map(length => length * pixel));
      pen.stroke(path);
    };
    stroke(base.coast, skin.coast, 1);
    stroke(base.borders, skin.border, 1.3);
    stroke(base.disputed, skin.border, 1.3, [5, 4]);
  });
}
function labelBase(placer, labels, named) {
  const { skin, view, pen } = placer, seen = [];
  for (const label of labels) {
    if (view.zoom < label.zoom) continue;
    const [x, y] = onScreen(view, label.x, label.y);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    if (label.kind === 'country') {
      if (seen.some(other => other.text === label.text && Math.hypot(other.x - x, other.y - y) < 420)) continue;
      pen.letterSpacing = '0.14em';
      const done = placer.place([label.text.toUpperCase()], x, y, { font: `600 12px ${skin.font}`, colour: skin.soft, halo: skin.land, spots: centred });
      pen.letterSpacing = '0px';
      if (done) seen.push({ text: label.text, x, y });
      continue;
    }
    if (named.some(other => other.text === label.text && Math.hypot(other.x - x, other.y - y) < 40)) continue;
    const capital = label.kind === 'capital', dot = [x - 4, y - 4, x + 4, y + 4];
    if (!placer.free(dot)) continue;
    const font = `${capital ? 600 : 400} 12px ${skin.font}`;
    if (!placer.place([label.text], x, y, { font, colour: skin.label, halo: skin.land, spots: besideBox(x, y, dot) })) continue;
    placer.boxes.push(dot);
    pen.beginPath();
    pen.arc(x, y, capital ? 3 : 2, 0, 2 * Math.PI);
    pen.fillStyle = skin.label;
    pen.fill();
  }
}
