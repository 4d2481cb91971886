// What the parts of the page's script hand to each other. Their JSDoc names these; TypeScript checks them in the tests.

/** Columns of the event island, an entry an event; static/data.js adds the last ones. */
interface Events {
  id: string[];
  types: string[];
  type: ArrayLike<number>;
  /** Days since 1970-01-01; null where not known. */
  start: (number | null)[];
  end: (number | null)[];
  /** Both days as the layer has them; above, one that is missing is taken from the other. */
  given: { start: (number | null)[]; end: (number | null)[] };
  lon: (number | null)[];
  lat: (number | null)[];
  /** Metres within which the true spot lies, 9 times in 10. */
  radius: (number | null)[];
  /** POINT, AREA, or 2: no place. */
  where: ArrayLike<number>;
  place: (string | null)[];
  relation: (string | null)[];
  said: (string | null)[];
  precision: (number | null)[];
  background: ArrayLike<number>;
  count: number;
  /** Web Mercator pixels at zoom 0. */
  x: Float64Array;
  y: Float64Array;
  first: number | null;
  last: number | null;
  /** Step of the symbol's size; null where no event tells a number. */
  sizes: Uint8Array | null;
  /** Number of the outline of an area, -1 without. */
  outline?: number[];
  areas?: Int32Array;
  /** Events of the past shown faint; static/time.js. */
  faded?: any;
  cells?: Cells;
  cellsByScale?: Map<number, Cells>;
}

/** Events by the fine cells of the world's grid at one scale: linked lists, rewound for every frame. */
interface Cells {
  scale: number;
  of: Int32Array;
  count: number;
  counts: Int32Array;
  first: Int32Array;
  next: Int32Array;
  x: Float64Array;
  y: Float64Array;
}

/** The part of the world a canvas shows: canvas pixels = zoom-0 pixels x scale - (left, top). */
interface View {
  scale: number;
  left: number;
  top: number;
  width: number;
  height: number;
  zoom: number;
  /** Device pixels a pixel. */
  ratio: number;
}

type Box = number[];

/** What stands at one spot of the view: `events` of few, `cells` of a crowd. */
interface Mark {
  x: number;
  y: number;
  count: number;
  half: number;
  events?: number[];
  cells?: number[];
  box?: Box;
}

/** Something that can be clicked. */
interface Hit {
  x: number;
  y: number;
  box: Box;
  mark?: Mark;
  event?: number;
  camp?: Camp;
  area?: number[];
  members?: number[];
  fan?: boolean;
  words?: string;
  from?: number[];
  foot?: number[];
  chosen?: boolean;
}

interface Camp {
  lon: number;
  lat: number;
  x: number;
  y: number;
  name?: string;
  kind?: string;
  country?: string;
  admin1?: string;
  opened?: string;
  closed?: string;
  source?: string;
  populations?: { population: number | null; as_of?: string; source?: string }[];
}

interface Zone {
  who: number;
  from: number | null;
  to: number | null;
  certainty?: string | null;
  derived: boolean;
  path: Path2D;
  box: Box;
  [more: string]: any;
}

interface Zones {
  controllers: string[];
  looks: { light: string; dark: string; hatch: number }[];
  items: Zone[];
  outlines: Zone[];
  [more: string]: any;
}

/** Land and its names, as paths about `origin`. */
interface Base {
  origin: [number, number];
  frame: [number, number, number, number];
  land: Path2D;
  coast: Path2D;
  borders: Path2D;
  disputed: Path2D;
  far: Path2D;
  countries: Map<string, Path2D>;
  outlines: Path2D[];
  layers: { kind: string; rank: number; until: number; path: Path2D }[];
  labels: { text: string; kind: string; zoom: number; x: number; y: number }[];
  grounds?: Grounds;
}

/** Which country's land a point or a box of the view stands on. */
interface Grounds {
  key: string;
  on(country: string, x: number, y: number): boolean;
  holds(country: string, box: Box): boolean;
}

/** Colours of the theme in force. */
interface Skin {
  types: string[];
  zones: string[];
  font: string;
  ink: string;
  soft: string;
  paper: string;
  halo: string;
  land: string;
  sea: string;
  focus: string;
  stamps?: Map<string, HTMLCanvasElement>;
  [more: string]: any;
}

interface State {
  chosen: number;
  camp: Camp | null;
  types: Set<number>;
  from: number | null;
  to: number | null;
  ordered: number[];
  fan?: { members: number[]; at: number; zoom: number } | null;
  [more: string]: any;
}

/** Everything the page holds; main.js makes it. */
interface App {
  page: any;
  map: L.Map;
  events: Events;
  cards: Record<string, any[]>;
  zones: Zones | null;
  camps: Camp[] | null;
  base: Base;
  state: State;
  skin: Skin;
  mask: Uint8Array;
  visible: number[];
  hits: Hit[];
  layers: any[];
  typesPresent: number[];
  cell(name: string, i: number): any;
  refresh(): void;
  [more: string]: any;
}

interface CanvasRenderingContext2D {
  letterSpacing: string;
}

// What a selector finds is as loose as a reader of the page: the shell is a file of its own, which no type sees.
interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}
interface Element {
  [name: string]: any;
}
interface Window {
  [name: string]: any;
}
