// Elements made in script. Everything a reader reads is DOM text: `textContent` and text nodes only.
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
const row = (name, ...content) => content.some(item => item !== null && item !== undefined && item !== '') ? [make('dt', {}, name), make('dd', {}, ...content)] : [];
const small = text => make('span', { className: 'aside' }, text);
const joined = names => names.flatMap((name, k) => k ? [', ', isolated(name)] : [isolated(name)]);
