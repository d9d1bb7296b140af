// Asks once a second what there is, and changes only what changed: a line that is there already stays the same element, so that
// nothing flickers and what was opened stays open. What a client sent is only ever set as text.
'use strict';

const EVERY = 1000; // milliseconds; often enough to watch, and nothing for a server on this machine
const AGAIN = 3000; // after no answer
const SPEAK = 10000; // how often a screen reader is told, at most
const LONG = 300; // characters of content that a line may show, if it is as wide

const at = (id) => document.getElementById(id);
const number = (count) => String(count).replace(/\B(?=(\d{3})+(?!\d))/g, count > 9999 ? '\u202f' : '');
const clock = (moment) => new Date(moment).toLocaleTimeString('sv-SE');
const day = (moment) => new Date(moment).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Pairs of a name and a count, as terms of a list; those of the list that are there already only change their count.
function terms(list, pairs) {
  const there = new Map([...list.children].map((child) => [child.dataset.name, child]));
  for (const [name, count] of pairs) {
    let pair = there.get(name);
    if (!pair) {
      pair = element('div');
      pair.dataset.name = name;
      pair.append(element('dt', name), element('dd'));
      list.append(pair);
    }
    say(pair.lastChild, number(count));
  }
}

// Lines with the newest on top: new ones are put there, those that are no longer among the latest go.
function lines(body, latest, key, line, change = () => {}) {
  const there = new Map([...body.children].map((row) => [row.dataset.key, row]));
  const first = there.size === 0;
  let before = body.firstChild;
  for (const one of latest) {
    const name = String(key(one));
    const row = there.get(name);
    if (row) {
      there.delete(name);
      change(row, one);
      if (row === before) before = row.nextSibling;
      else body.insertBefore(row, before);
      continue;
    }
    const made = line(one);
    made.dataset.key = name;
    if (!first) made.classList.add('fresh');
    body.insertBefore(made, before);
  }
  there.forEach((row) => row.remove());
}

function cells(row, ...contents) {
  for (const [content, className] of contents) {
    const cell = element('td', undefined, className);
    cell.append(content);
    row.append(cell);
  }
  return row;
}

function heading(text, className) {
  const cell = element('th', text, className);
  cell.scope = 'row';
  return cell;
}

function content(text) {
  const details = element('details');
  const summary = element('summary');
  summary.append(element('code', text.slice(0, LONG)));
  let whole = text;
  try {
    whole = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Cut off, and so no JSON any more: shown as it came.
  }
  details.append(summary, element('pre', whole));
  return details;
}

function item(one) {
  const row = element('tr');
  row.append(heading(String(one.id), 'num'));
  return cells(
    row,
    [one.reference ?? '–', 'name'],
    [content(one.content), 'content'],
    [one.status, 'status'],
    [one.priority],
    [one.due ? day(one.due) : '–', 'num'],
    [clock(one.created), 'num'],
  );
}

// Robots take items and end them; nothing else of an item changes.
function moved(row, one) {
  say(row.querySelector('.status'), one.status);
}

function answer(status) {
  if (status === null) return element('span', 'no answer', 'failed');
  const kind = status >= 500 ? 'failed' : status >= 400 ? 'refused' : '';
  const words = status >= 500 ? ' failed' : status === 429 ? ' throttled' : status >= 400 ? ' refused' : '';
  return element('span', status + words, kind);
}

function request(one) {
  const row = element('tr');
  row.append(heading(clock(one.at), 'num'));
  // What comes before the call's own name is the same for all of them.
  const call = element('span', `${one.method} ${one.path.replace(/^.*\/(?=api\/|connect\/)|^.*\/odata\/(?:Queues\/)?|UiPathODataSvc\./g, '')}`);
  call.title = one.path + (one.query ? '?' + one.query : '');
  return cells(row, [answer(one.status)], [call], [one.fault ?? '–', 'fault']);
}

function newQueue(queue) {
  const section = element('section');
  section.dataset.key = queue.id;
  const title = element('h2', queue.name);
  title.id = `queue-${queue.id}`;
  section.setAttribute('aria-labelledby', title.id);
  const head = element('div', undefined, 'queue-head');
  const traits = [queue.folder, queue.unique && 'unique references', queue.schema && 'with a schema'];
  head.append(title, element('span', traits.filter(Boolean).join(', '), 'soft small'));
  const scroll = element('div', undefined, 'scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'group');
  scroll.setAttribute('aria-label', `Latest items of ${queue.name}`);
  const table = element('table');
  const row = element('tr');
  for (const name of ['Id', 'Reference', 'Content', 'Status', 'Priority', 'Due', 'Created']) {
    const cell = element('th', name);
    cell.scope = 'col';
    row.append(cell);
  }
  table.createTHead().append(row);
  table.createTBody();
  scroll.append(table);
  section.append(head, element('dl', undefined, 'counts'), scroll);
  at('queues').append(section);
  return section;
}

function show(state) {
  say(at('address'), state.address);
  const items = state.queues.reduce((sum, queue) => sum + queue.items, 0);
  const { total, refused, failed, unanswered, faults } = state.requests;
  terms(at('figures'), [['items', items], ['requests', total], ['refused (4xx)', refused], ['failed (5xx)', failed], ['unanswered', unanswered], ['faults met', faults]]);
  const sections = new Map([...at('queues').children].map((section) => [section.dataset.key, section]));
  for (const queue of state.queues) {
    const section = sections.get(String(queue.id)) ?? newQueue(queue);
    terms(section.querySelector('dl'), queue.by_status);
    section.querySelector('.scroll').hidden = queue.items === 0;
    lines(section.querySelector('tbody'), queue.latest, (one) => one.id, item, moved);
  }
  at('no-queues').hidden = state.queues.length > 0;
  at('more-queues').hidden = state.more_queues === 0;
  say(at('more-queues'), `${number(state.more_queues)} more queues are not shown.`);
  say(at('faults'), state.faults.length ? `Faults by wish: ${state.faults.join(', ')}` : 'No faults were asked for.');
  at('no-requests').hidden = total > 0;
  at('requests-table').hidden = total === 0;
  lines(at('requests'), state.latest, (one) => one.number, request);
  speak(`${number(items)} items, ${number(total)} requests, ${number(faults)} faults met`);
}

let spoken = 0;
function speak(words) {
  const now = Date.now();
  if (now - spoken < SPEAK || at('heard').textContent === words) return;
  spoken = now;
  at('heard').textContent = words;
}

function live(words, className) {
  say(at('live'), words);
  at('live').className = className ?? '';
}

let timer;
let began;
async function ask() {
  clearTimeout(timer);
  if (document.hidden) return live('Paused while nobody looks.');
  let next = EVERY;
  try {
    const answered = await fetch('/_uiq/state', { cache: 'no-store', signal: AbortSignal.timeout(10000) });
    const state = await answered.json();
    if (began && began !== state.began) return location.reload(); // another sandbox, at the same address
    began = state.began;
    show(state);
    live('Live.');
  } catch {
    live('No answer: the sandbox has ended.', 'ended');
    next = AGAIN;
  }
  clearTimeout(timer);
  timer = setTimeout(ask, next);
}

document.addEventListener('visibilitychange', ask);
ask();
