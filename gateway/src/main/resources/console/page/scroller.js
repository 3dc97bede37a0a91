import { $ } from './dom.js';

const NEAR_THE_END_PX = 80;

/**
 * Whether the scroller follows its end: until a person scrolls up, and again when they are back at
 * the end. Content that grows or shrinks does not change it.
 */
export function followEnd(scroller, nearPx, onChange = () => {}) {
  let isFollowing = true;
  let before = 0;
  scroller.addEventListener('scroll', () => {
    const { scrollHeight, scrollTop, clientHeight } = scroller;
    const isNear = scrollHeight - scrollTop - clientHeight < nearPx;
    if (isNear) isFollowing = true;
    else if (scrollTop < before) isFollowing = false;
    before = scrollTop;
    onChange();
  }, { passive: true });
  return {
    isFollowing: () => isFollowing,
    restart: () => { isFollowing = true; },
    leave: () => { isFollowing = false; },
  };
}

/** Keeps the end of the conversation visible, unless a person has scrolled up. */
export function makeScroller() {
  const scroller = $('scroller');
  const showButton = () => { $('latest').hidden = end.isFollowing(); };
  const end = followEnd(scroller, NEAR_THE_END_PX, showButton);

  function follow() {
    if (end.isFollowing()) scroller.scrollTop = scroller.scrollHeight;
    showButton();
  }

  function toEnd() {
    end.restart();
    follow();
  }

  $('latest').addEventListener('click', toEnd);
  new ResizeObserver(follow).observe(scroller);
  new ResizeObserver(follow).observe($('conversation'));
  return { follow, toEnd };
}
