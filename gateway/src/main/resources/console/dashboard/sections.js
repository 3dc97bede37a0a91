/** The list of sections: marks the one in sight, and is a drawer on a phone. */
import { $ } from '../page/dom.js';

export function makeSections() {
  const links = [...$('sections').querySelectorAll('a')];
  const content = $('content');
  let isDue = false;

  function mark() {
    isDue = false;
    const top = content.getBoundingClientRect().top + content.clientHeight / 3;
    const isAtEnd = content.scrollTop + content.clientHeight >= content.scrollHeight - 2;
    const passed = links.filter(({ hash }) => $(hash.slice(1)).getBoundingClientRect().top <= top);
    const current = isAtEnd ? links.at(-1) : passed.at(-1) ?? links[0];
    for (const link of links) link.setAttribute('aria-current', String(link === current));
  }

  function show(event) {
    event.preventDefault();
    close();
    const section = $(new URL(event.currentTarget.href).hash.slice(1));
    section.scrollIntoView();
    section.setAttribute('tabindex', '-1');
    section.focus({ preventScroll: true });
  }

  function close() {
    $('side').dataset.open = 'false';
  }

  content.addEventListener('scroll', () => {
    if (!isDue) requestAnimationFrame(mark);
    isDue = true;
  }, { passive: true });
  for (const link of links) link.addEventListener('click', show);
  $('menu').addEventListener('click', () => {
    $('side').dataset.open = 'true';
    links[0].focus();
  });
  $('menu-close').addEventListener('click', () => {
    close();
    $('menu').focus();
  });
  $('veil').addEventListener('click', close);
  addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || $('side').dataset.open !== 'true') return;
    close();
    $('menu').focus();
  });
  mark();
}
