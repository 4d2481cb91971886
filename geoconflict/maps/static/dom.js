// Elements made in script. Everything a reader reads is DOM text: `textContent` and text nodes only.
/** @type {(id: string) => any} */
const $ = id => document.getElementById(id);

/** Make an element; `props` are properties or attributes, children strings or nodes. */
function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (key in element) element[key] = value; else element.setAttribute(key, value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined && child !== ''));
  return element;
}

/** Text of its own direction: a name in Arabic script does not turn the words around it. */
const isolated = text => make('bdi', {}, String(text));
const row = (name, ...content) =>
  content.some(item => item !== null && item !== undefined && item !== '') ? [make('dt', {}, name), make('dd', {}, ...content)] : [];
const small = text => make('span', { className: 'aside', dir: 'auto' }, text);
const joined = names => names.flatMap((name, k) => k ? [', ', isolated(name)] : [isolated(name)]);
/** More on demand: a summary and what it opens. */
const onDemand = (words, ...content) => make('details', {}, make('summary', {}, words), ...content);

/**
 * Copy a text and say so in `told`. Where a page may not write to the clipboard (opened from disk, in a sandboxed
 * frame) the text stands selected in a field, ready for the reader's own keys.
 */
async function copyText(text, told, done) {
  try {
    await navigator.clipboard.writeText(text);
    told.replaceChildren(done);
  } catch {
    const field = make('textarea', { readOnly: true, rows: 6, value: text, 'aria-label': say('share.byHand') });
    told.replaceChildren(make('span', {}, say('share.byHand')), field);
    field.focus();
    field.select();
  }
}
