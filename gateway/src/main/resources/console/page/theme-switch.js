import { $ } from './dom.js';

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };
const WORDS = { auto: 'Colours: as the system', light: 'Colours: light', dark: 'Colours: dark' };

/** The button that switches the colour scheme; theme.js applies the choice on the next visit. */
export function makeThemeSwitch() {
  const button = $('theme');
  const draw = () => {
    const words = WORDS[document.documentElement.dataset.theme] ?? WORDS.auto;
    button.setAttribute('aria-label', words);
    button.title = words;
  };
  button.addEventListener('click', () => {
    const theme = NEXT[document.documentElement.dataset.theme] ?? 'auto';
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('parley.theme', theme);
    draw();
  });
  draw();
}
