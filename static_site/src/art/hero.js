/** The drawing behind the heading of the home page: Osorno, the forest, the Río Pescado, and a tub under steam. */
import { chance, coigue, fir, gradient, steam, stones, tub } from "./parts.js";

/** A ragged row of trees across the whole width. */
function row(word, colour, y, low, high, step) {
  const next = chance(word);
  let path = `M-10 ${y + 60}V${y - 4}H1450V${y + 60}z`;
  for (let x = -10; x < 1450; x += step * (0.55 + next() * 0.9)) {
    path += (next() < 0.75 ? fir : coigue)(x, y + 4 + next() * 6, low + next() * (high - low));
  }
  return `<path d="${path}" fill="${colour}" stroke="${colour}" stroke-width="2" stroke-linejoin="round"/>`;
}

const reeds = (x, y) =>
  `<path d="M${x} ${y}q-4-30-14-44M${x + 8} ${y}q0-34 4-58M${x + 16} ${y}q6-28 18-38" fill="none" stroke="#2f5d46" stroke-width="4" stroke-linecap="round"/>`;

/** Two people in the tub, seen from behind, shoulder to shoulder. */
const guests = (x, y) =>
  `<path d="M${x - 52} ${y + 24}q4-26 30-26t30 26zM${x - 2} ${y + 24}q4-28 32-28t32 28z" fill="#d9a27c"/>` +
  `<circle cx="${x - 22}" cy="${y - 14}" r="17" fill="#4a2d1e"/><circle cx="${x - 22}" cy="${y - 34}" r="8" fill="#4a2d1e"/>` +
  `<circle cx="${x + 30}" cy="${y - 18}" r="18" fill="#2f2420"/><path d="M${x + 14} ${y - 10}q16 12 32 0v8q-16 8-32 0z" fill="#d9a27c"/>`;

/** The whole scene, 1440 × 640, cut to what fits. */
export function hero() {
  const [sky, skyPaint] = gradient("#f5dcc3", "#eef1e6");
  const [river, riverPaint] = gradient("#a9cdc8", "#4f8d90");
  const [bank, bankPaint] = gradient("#5d7f5f", "#38583f");
  return `<svg class="hero-art" viewBox="0 0 1440 640" preserveAspectRatio="xMaxYMax slice" aria-hidden="true" focusable="false"><defs>${sky}${river}${bank}</defs>` +
    `<path d="M0 0h1440v640H0z" fill="${skyPaint}"/><circle cx="1170" cy="196" r="46" fill="#fff4da"/>` +
    `<path d="M-10 380C200 330 300 352 470 340s240-40 380-20 300 30 600 0v120H-10z" fill="#c9d3c4"/>` +
    `<path d="M560 384C740 356 842 250 924 160q26-24 52 0c82 90 184 196 364 224z" fill="#9fb6ac"/>` +
    `<path d="M838 254c32-32 60-64 86-94q26-24 52 0c26 30 54 62 86 94l-36-12-20 28-26-30-26 40-24-36-28 30-22-28z" fill="#fff"/>` +
    `<path d="M-10 400C180 350 330 400 520 376s300 10 460-6 300-20 480 14v80H-10z" fill="#7f9f8e"/>` +
    row("far", "#6a8f7c", 420, 26, 56, 20) + row("mid", "#3f6d55", 462, 44, 92, 28) +
    `<path d="M-10 470C240 452 420 500 700 482s520-18 760 4v160H-10z" fill="${riverPaint}"/>` +
    `<path d="M120 512q60-9 120 0t120 0M520 506q70-9 150 0M300 552q60-8 130 0M1160 506q60-8 120 0t120 0M40 566q50-8 110 0" stroke="#eaf5f1" stroke-width="4" stroke-linecap="round" fill="none" opacity=".75"/>` +
    `<path d="M480 650c110-120 300-150 500-148s340-28 470-14v162z" fill="${bankPaint}"/>` +
    `<g class="hero-tub">${tub(1010, 462, 128)}${guests(1000, 448)}${frontRim(1010, 462, 128)}${steam(1010, 414, 1.7)}</g>` +
    reeds(700, 604) + reeds(1290, 560) + reeds(1330, 574) +
    `<path d="${fir(1400, 600, 250)}${fir(1330, 556, 150)}${coigue(1238, 540, 110)}" fill="#21473a" stroke="#21473a" stroke-width="3" stroke-linejoin="round"/>` +
    `<svg x="420" y="560" width="1040" height="90" viewBox="0 250 400 50" preserveAspectRatio="xMidYMax slice">${stones("hero", 290)}</svg></svg>`;
}

/** The near half of the tub, over the guests' shoulders. */
function frontRim(x, y, w) {
  const ry = w * 0.24;
  return `<path d="M${x - w * 0.9} ${y + 2}a${w * 0.9} ${ry * 0.82} 0 0 0 ${w * 1.8} 0l${w * 0.1} -2a${w} ${ry} 0 0 1 ${-w * 2} 0z" fill="#d39a63"/>` +
    `<path d="M${x - w * 0.55} ${y + ry * 0.36}q${w * 0.2} 7 ${w * 0.5} 7t${w * 0.55}-8" fill="none" stroke="#9fd0cd" stroke-width="4" stroke-linecap="round"/>`;
}
