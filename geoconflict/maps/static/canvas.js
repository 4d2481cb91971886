// A Leaflet layer that owns one canvas a little larger than the map, follows pan and zoom, and redraws once a frame.
const PAD = 120;
function makeCanvasLayer(pane, paint) {
  const Layer = L.Layer.extend({
    onAdd(map) {
      this._canvas = L.DomUtil.create('canvas', 'layer leaflet-zoom-animated', map.getPane(pane));
      this._canvas.setAttribute('aria-hidden', 'true');
      map.on('moveend resize', this.draw, this).on('zoomanim', this._follow, this).on('move', this._keepUp, this);
      this.draw();
    },
    onRemove(map) {
      map.off('moveend resize', this.draw, this).off('zoomanim', this._follow, this).off('move', this._keepUp, this);
      this._canvas.remove();
    },
    _follow(event) {
      const corner = this._map._latLngBoundsToNewLayerBounds(this._bounds, event.zoom, event.center).min;
      L.DomUtil.setTransform(this._canvas, corner, this._map.getZoomScale(event.zoom, this._drawnZoom));
    },
    /** A drag that leaves the margin would show bare canvas: draw on, once a frame. */
    _keepUp() {
      const moved = this._map.containerPointToLayerPoint([-PAD, -PAD]).distanceTo(this._corner);
      if (this._map.getZoom() === this._drawnZoom && moved > PAD * 0.8) this.redraw();
    },
    redraw() {
      if (!this._frame && this._map) this._frame = requestAnimationFrame(() => { this._frame = 0; this.draw(); });
    },
    draw() {
      const map = this._map;
      if (!map) return;
      const size = map.getSize(), ratio = devicePixelRatio || 1, canvas = this._canvas;
      const width = size.x + 2 * PAD, height = size.y + 2 * PAD;
      const corner = map.containerPointToLayerPoint([-PAD, -PAD]);
      // Setting the size clears, but takes new memory each time: a frame of the slider only wipes.
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      L.DomUtil.setTransform(canvas, corner, 1);
      this._corner = corner;
      this._drawnZoom = map.getZoom();
      this._bounds = L.latLngBounds(map.layerPointToLatLng(corner), map.layerPointToLatLng(corner.add([width, height])));
      const pen = canvas.getContext('2d'), origin = map.getPixelBounds().min, zoom = map.getZoom();
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint(pen, { scale: 2 ** zoom, left: origin.x - PAD, top: origin.y - PAD, width, height, zoom, ratio });
    },
  });
  return new Layer();
}

/** Rings of steps to one path, in zoom-0 pixels about `origin`: canvas paths keep 24 bits, which the world would use up. */
function pathOf(rings, origin, closed = true) {
  const path = new Path2D();
  for (const steps of rings) {
    let lon = 0, lat = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      const [x, y] = project(lon / 10000, Math.max(-85.05, Math.min(85.05, lat / 10000)));
      path[i ? 'lineTo' : 'moveTo'](x - origin[0], y - origin[1]);
    }
    if (closed) path.closePath();
  }
  return path;
}

/** Draw in the coordinates of `pathOf`; the callback gets the length of one screen pixel there. */
function inWorld(pen, view, origin, draw) {
  pen.save();
  const k = view.ratio * view.scale;
  pen.setTransform(k, 0, 0, k, (origin[0] * view.scale - view.left) * view.ratio, (origin[1] * view.scale - view.top) * view.ratio);
  draw(1 / view.scale);
  pen.restore();
}
const onScreen = (view, x, y) => [x * view.scale - view.left, y * view.scale - view.top];
const overlap = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
