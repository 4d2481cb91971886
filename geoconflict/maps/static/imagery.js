// Pictures of the ground: between the land and the zones, each with its day, its credit, a switch and how strong it is.

function addImagery(app, pictures) {
  if (!app.map) return;
  for (const picture of pictures) {
    const [west, south, east, north] = picture.bounds;
    picture.layer = L.imageOverlay(picture.data, [[south, west], [north, east]], { pane: 'imagery', interactive: false, alt: '' }).addTo(app.map);
  }
}
function imageryWords(picture) {
  return say('imagery.line', {
    day: picture.date ? isoWords(picture.date) : say('imagery.day.unknown'),
    credit: picture.credit || say('imagery.credit.unknown'),
  });
}
/** One line a picture in the key; what a file says of itself is shown as text only. */
function buildImageryKey(app, pictures) {
  $('key-imagery').replaceChildren(...pictures.map(picture => {
    const shown = make('input', { type: 'checkbox', checked: true });
    const strength = make('input', {
      type: 'range',
      min: 0,
      max: 100,
      step: 5,
      value: 100,
      'aria-label': say('imagery.opacity', { name: imageryWords(picture) }),
    });
    const apply = () => {
      strength.disabled = !shown.checked;
      picture.layer?.setOpacity(shown.checked ? strength.value / 100 : 0);
    };
    shown.addEventListener('change', apply);
    strength.addEventListener('input', apply);
    return make('li', { className: 'imagery' }, make('label', {}, shown, isolated(imageryWords(picture))), strength);
  }));
}
