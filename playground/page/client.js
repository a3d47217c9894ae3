/** The page's own script: puts what the server drew in place and sends back what people do. */

import { enteredAround, setMoments, valuesOf, whereIs } from './values.js';

const byId = (id) => document.getElementById(id);
const pieces = {
  viewer: byId('viewer'),
  sidebar: byId('sidebar'),
  header: byId('header'),
  messages: byId('messages'),
  shortcuts: byId('shortcuts'),
};
const status = byId('status');
const composer = byId('composer');
const input = byId('text');
const modal = byId('modal');

const asked = new URLSearchParams(location.search);
const state = {
  viewer: asked.get('viewer') ?? '',
  place: asked.get('place') ?? '',
  modalKey: '',
  shown: new Map(),
  waiting: 0,
  problem: '',
};

async function post(path, body) {
  const response = await fetch(`/playground/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ viewer: state.viewer, place: state.place, ...body }),
  });
  return response.ok ? response.json() : { problem: await response.text() };
}

/** Shows that an answer is awaited, and what went wrong if none came. */
async function perform(path, body) {
  state.waiting += 1;
  state.problem = '';
  showStatus('');
  const answer = await post(path, body).catch(() => ({ problem: 'The playground has stopped.' }));
  state.waiting -= 1;
  state.problem = answer.problem ?? '';
  await refresh();
  return answer;
}

function showStatus(said) {
  const words = state.problem || (said ? `Sincewhen ${said}` : state.waiting > 0 ? 'Sincewhen is thinking…' : '');
  status.textContent = words;
  status.className = state.problem ? 'problem' : '';
}

let refreshing = null;
let again = false;

/** One request at a time; what changes meanwhile is fetched after it. */
function refresh() {
  if (refreshing !== null) {
    again = true;
    return refreshing;
  }
  refreshing = draw().finally(() => {
    refreshing = null;
    if (again) {
      again = false;
      return refresh();
    }
    return undefined;
  });
  return refreshing;
}

async function draw() {
  const query = new URLSearchParams({ place: state.place });
  if (state.viewer !== '') query.set('viewer', state.viewer);
  const response = await fetch(`/playground/screen?${query}`);
  if (!response.ok) {
    state.problem = await response.text();
    showStatus('');
    return;
  }
  const screen = await response.json();
  drawPeople(screen.people);
  replace('sidebar', screen.sidebar);
  replace('header', screen.header);
  replace('shortcuts', screen.shortcuts);
  state.viewer = pieces.viewer.value;
  state.place = screen.place;
  document.title = `${screen.title} · Sincewhen playground`;
  drawMessages(screen.messages);
  showStatus(screen.status);
  composer.hidden = screen.composer === null;
  if (screen.composer !== null) {
    composer.querySelector('label').textContent = screen.composer.label;
    input.placeholder = `${screen.composer.label}, or /since 2h`;
  }
  drawModal(screen.modal);
}

function drawPeople(people) {
  if (pieces.viewer.options.length > 0) return;
  pieces.viewer.append(...people.map(({ name, words, viewer }) => new Option(words, name, viewer, viewer)));
}

function replace(name, html) {
  if (state.shown.get(name) === html) return;
  state.shown.set(name, html);
  pieces[name].innerHTML = html;
}

/** Only what changed is replaced, so that focus and open menus stay where they are. */
function drawMessages(messages) {
  const log = pieces.messages;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const known = new Map([...log.children].map((child) => [child.dataset.key, child]));
  let added = false;
  for (const { key, html } of messages) {
    let child = known.get(key);
    if (child === undefined) {
      child = document.createElement('div');
      child.dataset.key = key;
      added = true;
    }
    known.delete(key);
    if (state.shown.get(key) !== html || child.innerHTML === '') {
      child.innerHTML = html;
      setMoments(child);
    }
    state.shown.set(key, html);
    log.append(child);
  }
  for (const [key, child] of known) {
    child.remove();
    state.shown.delete(key);
  }
  const last = log.lastElementChild;
  if (added && atEnd && last !== null) log.scrollTop = Math.min(log.scrollHeight, last.offsetTop - log.offsetTop - 8);
}

function drawModal({ key, html }) {
  if (key === state.modalKey) return;
  state.modalKey = key;
  if (html === '') {
    modal.close();
    return;
  }
  modal.innerHTML = html;
  setMoments(modal);
  if (!modal.open) modal.showModal();
}

async function deed(control, values) {
  if (control.dataset.confirm && !confirm(control.dataset.confirm)) return;
  control.closest('details')?.removeAttribute('open');
  control.classList.add('busy');
  const { block, action } = control.dataset;
  await perform('click', { ...whereIs(control), block, action, values, entered: enteredAround(control) });
  control.classList.remove('busy');
}

/** What people do about channels and messages; a new channel is opened at once. */
async function act(control, fields) {
  control.closest('details')?.removeAttribute('open');
  const { problem, place } = await perform(control.dataset.act, { ...whereIs(control), ...fields });
  if (!problem && place) await open(place);
}

document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const place = target?.closest('[data-place]');
  if (place) void open(place.dataset.place);
  const control = target?.closest('[data-deed="click"]');
  if (control) void deed(control, control.dataset.value === undefined ? [] : [control.dataset.value]);
  if (target?.closest('[data-deed="dismiss"]')) void dismiss();
  const acting = target?.closest('button[data-act]');
  if (acting) void act(acting, { ...acting.dataset });
  for (const menu of document.querySelectorAll('details.overflow[open]')) if (!menu.contains(target)) menu.open = false;
});

pieces.sidebar.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  void act(form, Object.fromEntries(new FormData(form)));
  form.reset();
});

document.addEventListener('change', (event) => {
  const control = event.target.closest('[data-deed="choose"]');
  if (control) void deed(control, valuesOf(control));
});

document.addEventListener('input', (event) => {
  const control = event.target.closest('[data-suggest]');
  if (control && control.value.length >= Number(control.dataset.suggest)) void suggest(control);
});

async function suggest(control) {
  const { block, action } = control.dataset;
  const { options = [] } = await post('suggest', { ...whereIs(control), block, action, query: control.value });
  control.list.replaceChildren(
    ...options.map((each) => {
      const option = document.createElement('option');
      option.value = each.text?.text ?? '';
      option.dataset.value = each.value;
      return option;
    }),
  );
}

async function open(place) {
  state.place = place;
  state.problem = '';
  history.replaceState(null, '', `?${new URLSearchParams({ viewer: state.viewer, place })}`);
  await refresh();
  if (place === 'home') await perform('home', {});
  else input.focus();
}

async function dismiss() {
  await perform('dismiss', { view: modal.querySelector('form')?.dataset.view ?? '' });
}

modal.addEventListener('cancel', (event) => {
  event.preventDefault();
  void dismiss();
});

modal.addEventListener('submit', (event) => {
  event.preventDefault();
  void submit(event.target);
});

async function submit(form) {
  for (const each of form.querySelectorAll('.error')) each.textContent = '';
  const { errors = {}, problem } = await perform('submit', {
    view: form.dataset.view,
    entered: enteredAround(form.firstElementChild),
  });
  const general = form.querySelector('[data-problem]');
  if (problem) general.textContent = problem;
  for (const [block, words] of Object.entries(errors)) {
    const field = form.querySelector(`.field[data-block="${CSS.escape(block)}"] .error`) ?? general;
    field.textContent = words;
  }
}

composer.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (text === '') return;
  input.value = '';
  void perform('send', { text });
});

pieces.viewer.addEventListener('change', () => {
  state.viewer = pieces.viewer.value;
  void open(state.place);
});

const themeButton = byId('theme');
function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  themeButton.textContent = theme === 'dark' ? 'Switch to light' : 'Switch to dark';
}
themeButton.addEventListener('click', () =>
  setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'),
);
setTheme(asked.get('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));

new EventSource('/playground/changes').addEventListener('message', () => void refresh());
await refresh();
if (state.place === 'home') await perform('home', {});
