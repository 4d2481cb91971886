// Days, figures, precision and control in words. Pure functions: nothing here touches the page.
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86400000;

/** Days since 1970-01-01 to {year, month, day}; a calendar day, so no time zone comes near it. */
function calendar(day) {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
}
function dayWords(day) {
  const { year, month, day: number } = calendar(day);
  return `${number} ${MONTHS[month]} ${year}`;
}
const isoDay = day => new Date(day * DAY_MS).toISOString().slice(0, 10);
const dayOf = iso => /^\d{4}-\d{2}-\d{2}$/.test(iso || '') ? Date.parse(iso) / DAY_MS : null;
/** "2022-02-03" to "3 Feb 2022", "2018-12" to "Dec 2018"; anything else as it is. */
function isoWords(text) {
  if (/^[\d-]+\/[\d-]+$/.test(text || '')) return `between ${text.split('/').map(isoWords).join(' and ')}`;
  const parts = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text || '');
  if (!parts || !MONTHS[parts[2] - 1]) return text || '';
  return (parts[3] ? `${Number(parts[3])} ` : '') + `${MONTHS[parts[2] - 1]} ${parts[1]}`;
}
const monthWords = day => dayWords(day).replace(/^\d+ /, '');
function spanWords(first, last) {
  if (first === last) return dayWords(first);
  const a = calendar(first), b = calendar(last);
  if (a.year !== b.year) return `${dayWords(first)} to ${dayWords(last)}`;
  if (a.month !== b.month) return `${a.day} ${MONTHS[a.month]} to ${dayWords(last)}`;
  return `${a.day}–${b.day} ${MONTHS[b.month]} ${b.year}`;
}
/** When an event was, no finer than the text said. */
function whenWords(first, last, precision) {
  if (first === null && last === null) return 'date not known';
  if (first === null || last === null) return dayWords(first ?? last);
  const { year, month } = calendar(first);
  if (precision === 'month') return `${MONTHS[month]} ${year}`;
  if (precision === 'year') return `${year}`;
  if (precision === 'week') return `week of ${dayWords(first)}`;
  return spanWords(first, last);
}

const number = value => Number(value).toLocaleString('en');
const plural = (count, word) => `${number(count)} ${word}${count === 1 ? '' : 's'}`;
function distanceWords(metres) {
  if (metres < 950) return `${number(Math.max(50, Math.round(metres / 50) * 50))} m`;
  const km = metres / 1000;
  return `${km < 9.5 ? Number(km.toPrecision(2)) : number(Math.round(km))} km`;
}
/**
 * "13", "13 (12–13)", "at least 12", "about 50", "up to 20", or null when no number is known; unknown is not 0.
 * Without an upper end the best number is a floor or a rounded one: `hedge` says which, else the lower end does.
 */
function totalWords(low, best, high, hedge = null) {
  const known = value => value !== null && value !== undefined;
  if (known(best) && known(high)) {
    const from = known(low) ? low : best;
    return from === high ? number(best) : `${number(best)} (${number(from)}–${number(high)})`;
  }
  if (known(best)) {
    const floor = hedge ? hedge === 'floor' : low === best;
    return (floor ? `at least ${number(best)}` : `about ${number(best)}`) + (known(low) && low < best ? ` (another count: at least ${number(low)})` : '');
  }
  if (known(low) && known(high)) return low === high ? number(low) : `${number(low)}–${number(high)}`;
  if (known(low)) return `at least ${number(low)}`;
  return known(high) ? `up to ${number(high)}` : null;
}

/** The place as the report names it, with its relation: an event "near" a town was not in it; before it what no list has. */
function placeWords(name, relation, said) {
  if (said) return name ? `${said} (in no list), ${{ near: 'near', outskirts: 'outskirts of' }[relation] || 'in'} ${name}` : `${said} (in no list)`;
  if (!name) return 'Place not known';
  if (relation === 'near') return `Near ${name}`;
  return relation === 'outskirts' ? `Outskirts of ${name}` : name;
}
/** "Aleppo (province)" where only the province is known and its name does not say so itself. */
function areaName(name, precision) {
  const kind = { 3: 'district', 4: 'province' }[precision];
  return !name || !kind || /province|governorate|oblast|district|region|state|county|raion|rural/i.test(name) ? name : `${name} (${kind})`;
}
const PRECISION = [null, 'a named place', 'near a named place', 'known only to a district', 'known only to a province',
  'known only to a region, position estimated', 'known only to a country', 'over water or in the air, or not known'];
function precisionWords(precision, radius) {
  const words = PRECISION[precision] || 'not known how exactly';
  return radius ? `${words}; true spot within ${distanceWords(radius)} of the point, 9 times in 10` : words;
}
const STATUS_WORDS = {
  contested: 'Contested: a front was reported nearby',
  between_changes: 'Control changed around that day',
  sources_disagree: 'Sources disagree',
  too_old: 'Last control report is too old to say',
  no_zone: 'No report of who held this place',
  area_only: 'Not given: the place is not known exactly enough',
};

/** The address of a link, or null: http and https only. */
function safeAddress(text) {
  try {
    const address = new URL(text);
    return address.protocol === 'http:' || address.protocol === 'https:' ? address : null;
  } catch { return null; }
}
/** "Outlet, 3 Feb 2022: title" of a source. */
function sourceWords(source) {
  const address = safeAddress(source.url);
  const head = [address ? address.hostname.replace(/^www\./, '') : '', isoWords(source.date)].filter(Boolean).join(', ');
  const title = source.title || source.article || (address ? address.pathname : 'untitled report');
  return head ? `${head}: ${title}` : String(title);
}
