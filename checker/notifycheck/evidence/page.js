'use strict';
// Steps through the races. Without it the page can be read all the same.
(() => {
const reel = JSON.parse(document.getElementById('reel').textContent);
const text = (i) => reel.strings[i];
const texts = (list) => (list || []).map(text);
const TASK = 0, PAGE = 1; // as counterexamples.FilmKind
const viewers = new Map(); // by race
let current = null; // the viewer that the keys step

// make is an element with what is in it; a string is text, never markup.
function make(tag, cls, ...children) {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  e.append(...children);
  return e;
}

// chips lists words, and marks what the step has added and taken away. A word
// is known by what comes before its first comma; of says what the list is of.
function chips(of, now, before) {
  const key = (word) => word.split(',')[0];
  if (now.length + before.length === 0) return make('span', 'none', '–');
  const list = make('ul', 'chips');
  list.dataset.of = of;
  const gone = before.filter((word) => !now.some((w) => key(w) === key(word)));
  for (const word of now) list.append(make('li', '', before.includes(word) ? word : make('ins', '', word)));
  for (const word of gone) list.append(make('li', '', make('del', '', word)));
  return list;
}

class Viewer {
  constructor(details) {
    this.id = details.dataset.race;
    this.clip = reel.races[this.id];
    this.last = this.clip.steps.length;
    this.details = details;
    this.rows = details.querySelector('pre.rows');
    this.film = document.getElementById('stepper').content.cloneNode(true).firstElementChild;
    this.range = this.film.querySelector('input');
    this.range.max = this.last;
    this.range.addEventListener('input', () => this.go(Number(this.range.value), true));
    this.film.addEventListener('click', (ev) => {
      const button = ev.target.closest('[data-go]');
      if (button) this.move(button.dataset.go);
    });
    const split = details.querySelector('.split');
    split.append(this.film);
    split.classList.add('stepped');
    details.addEventListener('focusin', () => { current = this; });
    details.addEventListener('pointerdown', () => { current = this; });
    this.go(this.last, false);
  }

  move(where) {
    this.go({first: 0, back: this.at - 1, forward: this.at + 1, last: this.last}[where], true);
  }

  // values is what there is to see after so many steps.
  values(n) {
    const all = this.clip.vars.map((v) => v.init);
    for (const step of this.clip.steps.slice(0, n)) {
      for (const change of step.set || []) all[change[0]] = change.slice(1);
    }
    return all.map(texts);
  }

  go(n, link) {
    current = this;
    this.at = Math.max(0, Math.min(this.last, n));
    this.range.value = this.at;
    this.range.setAttribute('aria-valuetext', `step ${this.at} of ${this.last}`);
    for (const button of this.film.querySelectorAll('[data-go]')) {
      button.disabled = this.at === (/first|back/.test(button.dataset.go) ? 0 : this.last);
    }
    this.mark();
    this.film.querySelector('.step').replaceChildren(...this.step());
    this.film.querySelector('.state').replaceChildren(...this.state());
    this.film.dataset.step = this.at;
    if (link) history.replaceState(null, '', `#race=${this.id}&step=${this.at}`);
  }

  // mark shows in the race how far it is.
  mark() {
    const step = this.clip.steps[this.at - 1];
    let now = null;
    this.clip.rows.forEach((after, i) => {
      const row = this.rows.children[i];
      const is = step !== undefined && step.row === i && i > 0;
      row.className = is ? 'now' : after > this.at ? 'later' : '';
      row.toggleAttribute('aria-current', is);
      if (is) now = row;
    });
    if (!now) now = this.rows.firstElementChild;
    const box = this.rows;
    if (now.offsetTop < box.scrollTop || now.offsetTop + now.offsetHeight > box.scrollTop + box.clientHeight) {
      box.scrollTop = now.offsetTop - box.clientHeight / 2;
    }
    const indent = now.textContent.search(/\S/) * box.scrollWidth / 84;
    if (box.scrollWidth > box.clientWidth) box.scrollLeft = Math.max(0, indent - 24);
  }

  // step says what the step did that led here.
  step() {
    const head = make('p', '', make('b', '', `Step ${this.at} of ${this.last}`));
    if (this.at === 0) return [head, make('p', '', 'The initial state: no task has taken a step.')];
    const step = this.clip.steps[this.at - 1];
    head.append(`, CPU${step.task} in `, make('code', '', text(step.fn)), `: ${text(step.doc)} `, make('small', '', text(step.id)));
    const did = texts(step.locks).map((lock) => `[${lock}]`).concat(texts(step.effects));
    const out = [head, make('p', 'did', did.join('  '))];
    if (this.clip.loop && this.at > this.last - this.clip.loop) {
      out.push(make('p', 'waits', `Steps ${this.last - this.clip.loop + 1} to ${this.last} repeat for ever.`));
    }
    return out;
  }

  // state draws the state, beside the one before.
  state() {
    const now = this.values(this.at), before = this.at > 0 ? this.values(this.at - 1) : now;
    const find = (of, what) => {
      const i = this.clip.vars.findIndex((v) => text(v.of) === of && text(v.what) === what);
      return i < 0 ? [[], []] : [now[i], before[i]];
    };
    const out = [make('h4', '', 'Tasks')];
    this.clip.tasks.forEach((title, i) => out.push(this.task(i, text(title), find)));
    const pages = this.subjects(PAGE);
    if (pages.length > 0) out.push(make('h4', '', 'Pages'), this.pages(pages, find));
    out.push(make('h4', '', 'Filesystems, devices, processes'));
    const list = make('dl');
    this.clip.vars.forEach((v, i) => {
      if (v.kind !== TASK && v.kind !== PAGE) list.append(make('dt', '', text(v.of)), make('dd', '', chips(`${text(v.of)} ${text(v.what)}`, now[i], before[i])));
    });
    out.push(list, make('h4', '', 'Signals, returns and reports so far'), this.shown());
    return out;
  }

  // subjects are the things of a kind.
  subjects(kind) {
    return [...new Set(this.clip.vars.filter((v) => v.kind === kind).map((v) => text(v.of)))];
  }

  task(i, title, find) {
    const name = `CPU${i}`;
    const step = this.clip.steps[this.at - 1];
    const [path] = find(name, 'in'), [holds, held] = find(name, 'holds'), [waits] = find(name, 'waits');
    const card = make('div', step && step.task === i ? 'task now' : 'task', make('b', '', `${name}: ${title}`));
    const row = (key, value) => card.append(make('div', key, make('span', 'key', key), value));
    row('in', make('span', 'path', path.join(' › ')));
    if (holds.length + held.length > 0) row('holds', chips(`${name} holds`, holds, held));
    if (waits.length > 0) row('blocked', make('span', 'waits', waits.join('; ')));
    return card;
  }

  // pages draws who refers to each page: owners on its left, entries and the
  // PTEs made from them on its right.
  pages(names, find) {
    const grid = make('div', 'lanes');
    const head = (s) => make('span', 'head', s);
    grid.append(head('owners'), head(''), head('page'), head(''), head('entries'), head(''), head('PTEs'));
    for (const name of names) {
      const [marks, were] = find(name, 'page'), [owners, owned] = find(name, 'owners'), [meta] = find(name, 'metadata');
      const bad = marks.some((m) => m.startsWith('poison') || m === 'PageHWPoison');
      const box = make('div', bad ? 'pfn bad' : 'pfn', make('b', '', name), chips(`${name} page`, marks, were));
      const [entries, entered] = find(name, 'entries'), [ptes, mapped] = find(name, 'ptes');
      const arrow = (s, any) => make('span', 'arrow', any.length > 0 ? s : '');
      grid.append(chips(`${name} owners`, owners.concat(meta), owned.concat(meta)), arrow('→', owners.concat(meta)), box, arrow('←', entries), chips(`${name} entries`, entries, entered),
        arrow('←', ptes), chips(`${name} ptes`, ptes, mapped));
    }
    return grid;
  }

  // shown is what processes, callers and the log have seen until now.
  shown() {
    const list = make('ol', 'out');
    this.clip.steps.slice(0, this.at).forEach((step, i) => {
      for (const what of texts(step.shown)) {
        const link = make('a', '', `step ${i + 1}`);
        link.href = `#race=${this.id}&step=${i + 1}`;
        list.append(make('li', '', `CPU${step.task}: ${what}`, link));
      }
    });
    return list.children.length > 0 ? list : make('p', '', 'none');
  }
}

// open is the viewer of a race.
function open(details) {
  const id = details.dataset.race;
  if (!viewers.has(id)) viewers.set(id, new Viewer(details));
  return viewers.get(id);
}

// follow goes where the address says: #race=deadlock/v7.3&step=12.
function follow() {
  const where = new URLSearchParams(location.hash.slice(1));
  const id = where.get('race');
  const details = id && document.querySelector(`details[data-race="${CSS.escape(id)}"]`);
  if (!details) return;
  details.open = true;
  const viewer = open(details);
  const step = parseInt(where.get('step'), 10);
  viewer.go(Number.isNaN(step) ? viewer.last : step, false);
  details.scrollIntoView();
  viewer.rows.focus({preventScroll: true});
}

const races = document.querySelectorAll('details.race');
for (const details of races) details.addEventListener('toggle', () => { if (details.open) open(details); });
for (const e of document.querySelectorAll('.js')) e.hidden = false;
document.getElementById('unfold').addEventListener('click', () => { for (const d of races) d.open = true; });
document.getElementById('fold').addEventListener('click', () => { for (const d of races) d.open = false; });
addEventListener('hashchange', follow);
addEventListener('keydown', (ev) => {
  const where = {ArrowLeft: 'back', ArrowRight: 'forward', Home: 'first', End: 'last'}[ev.key];
  if (!where || !current || !current.details.open || ev.altKey || ev.ctrlKey || ev.metaKey || ev.shiftKey) return;
  if (!current.details.contains(ev.target) || ev.target.matches('input')) return;
  ev.preventDefault();
  current.move(where);
});
follow();
})();
