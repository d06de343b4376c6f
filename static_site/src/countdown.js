/** Counting down to the end of a hold by the server's clock, so that a device with a wrong clock counts right. */
import { announce } from "./dom.js";
import { t } from "./text.js";

let offset = null;

/** Note the server's `now`; time since then is measured by a clock that nobody can set. */
export function syncClock(now, ticks = performance.now()) {
  offset = Date.parse(now) - ticks;
}

/** The server's time in ms, as well as we know it. */
export const serverNow = (ticks = performance.now()) => (offset === null ? Date.now() : offset + ticks);

/** What is left until an instant: `{seconds, label}`; never below zero. */
export function timeLeft(until, now) {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  return { seconds, label: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` };
}

/** Which of the marks (in seconds) were passed between two readings; the lowest one counts. */
export const markPassed = (before, after, marks = [300, 60]) =>
  marks.filter((mark) => before > mark && after <= mark).pop() ?? null;

/**
 * Show the time left in an element every second, announce it at five minutes and at one, and call `over` at zero.
 * Returns a function that stops it.
 */
export function watch(element, until, over) {
  let last = Infinity;
  let timer = 0;
  const tick = () => {
    const { seconds, label } = timeLeft(until, serverNow());
    element.textContent = label;
    element.classList.toggle("is-short", seconds <= 60);
    const mark = markPassed(last, seconds);
    if (mark && last !== Infinity) announce(t(mark === 300 ? "hold.five" : "hold.one"));
    last = seconds;
    if (seconds > 0) return;
    clearInterval(timer);
    over();
  };
  timer = setInterval(tick, 1000);
  tick();
  return () => clearInterval(timer);
}
