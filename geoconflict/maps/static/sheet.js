// On a narrow screen the panel is a sheet with three stops.

/** The sheet of a narrow screen has three stops; the handle steps through them or is dragged. */
const STOPS = ['peek', 'half', 'full'];
function setSheet(stop) {
  $('panel').dataset.stop = stop;
  $('sheet').setAttribute('aria-expanded', String(stop !== 'peek'));
}
function buildSheet() {
  const handle = $('sheet'), panel = $('panel');
  setSheet('peek');
  let startY = null, moved = 0, height = 0;
  handle.addEventListener('pointerdown', event => {
    startY = event.clientY;
    moved = 0;
    height = panel.offsetHeight;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener('pointermove', event => {
    if (startY === null) return;
    moved = event.clientY - startY;
    if (Math.abs(moved) > 4) panel.style.height = `${Math.max(56, Math.min(innerHeight * 0.9, height - moved))}px`;
  });
  const drop = () => {
    if (startY === null) return;
    startY = null;
    const share = panel.offsetHeight / innerHeight;
    panel.style.height = '';
    if (Math.abs(moved) > 4) setSheet(share < 0.25 ? 'peek' : share < 0.62 ? 'half' : 'full');
  };
  handle.addEventListener('pointerup', drop);
  handle.addEventListener('pointercancel', drop);
  handle.addEventListener('click', () => {
    if (Math.abs(moved) > 4) { moved = 0; return; } // the end of a drag, not a click
    setSheet(STOPS[(STOPS.indexOf(panel.dataset.stop) + 1) % STOPS.length]);
  });
}
