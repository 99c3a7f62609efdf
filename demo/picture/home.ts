import type { Glyph } from './colours.ts';

const clock: Glyph = ({ fill, dark, light, accent }) => `
  <path d="M68 150l-12 12M132 150l12 12" stroke="${dark}" stroke-width="8" stroke-linecap="round"/>
  <circle cx="64" cy="56" r="16" fill="${accent}"/><circle cx="136" cy="56" r="16" fill="${accent}"/>
  <circle cx="100" cy="104" r="56" fill="${fill}"/><circle cx="100" cy="104" r="43" fill="#fffdf8"/>
  <path d="M100 68v6M100 134v6M64 104h6M130 104h6" stroke="${dark}" stroke-width="4" stroke-linecap="round"/>
  <path d="M100 78v26l18 12" fill="none" stroke="${dark}" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>
  <circle cx="100" cy="104" r="5" fill="${light}" stroke="${dark}" stroke-width="3"/>`;

const cushion: Glyph = ({ fill, dark, accent }) => `
  <path d="M46 54q54 14 108 0q10-2 8 8q-14 42 0 86q2 10-8 8q-54-14-108 0q-10 2-8-8q14-44 0-86q-2-10 8-8z" fill="${fill}"/>
  <path d="M50 58q50 12 100 0M50 152q50-12 100 0" fill="none" stroke="${dark}" stroke-width="2" stroke-dasharray="5 5" opacity=".6"/>
  <circle cx="100" cy="105" r="7" fill="${accent}"/>`;

const sign: Glyph = ({ fill, dark, accent }) => `
  <path d="M58 84l42-40 42 40" fill="none" stroke="${dark}" stroke-width="3"/><circle cx="100" cy="43" r="4" fill="${dark}"/>
  <rect x="40" y="82" width="120" height="66" rx="8" fill="${fill}"/>
  <rect x="50" y="92" width="100" height="46" rx="4" fill="#fffdf8"/>
  <path d="M64 108h44M64 122h30" stroke="${dark}" stroke-width="5" stroke-linecap="round"/>
  <path d="M131 128l-11-11a7 7 0 0 1 11-8a7 7 0 0 1 11 8z" fill="${accent}"/>`;

const frame: Glyph = ({ fill, base, dark, light, accent }) => `
  <rect x="52" y="42" width="96" height="118" rx="5" fill="${fill}"/><rect x="64" y="54" width="72" height="94" fill="#fffdf8"/>
  <rect x="72" y="62" width="56" height="78" fill="${light}"/><circle cx="113" cy="82" r="9" fill="${accent}"/>
  <path d="M72 128l18-26 14 18 8-10 16 22v8H72z" fill="${base}"/><path d="M72 134h56v6H72z" fill="${dark}"/>`;

const lantern: Glyph = ({ base, dark, light, accent }) => `
  <path d="M88 52a12 12 0 1 1 24 0" fill="none" stroke="${dark}" stroke-width="5"/><path d="M74 72l12-20h28l12 20z" fill="${base}"/>
  <rect x="68" y="72" width="64" height="76" fill="${light}"/><ellipse cx="100" cy="112" rx="26" ry="30" fill="${accent}" opacity=".35"/>
  <rect x="90" y="118" width="20" height="30" rx="3" fill="#fffdf8"/><path d="M100 88q14 16 0 30q-14-14 0-30z" fill="${accent}"/>
  <path d="M68 72v76M132 72v76M100 72v14" stroke="${base}" stroke-width="6"/><rect x="60" y="146" width="80" height="14" rx="4" fill="${base}"/>`;

const candle: Glyph = ({ fill, dark, light, accent }) => `
  <path d="M100 32q18 22 0 40q-18-18 0-40z" fill="${accent}"/><path d="M100 46q8 12 0 22q-8-10 0-22z" fill="#fff6d8"/>
  <path d="M100 68v16" stroke="${dark}" stroke-width="4"/><path d="M70 88h60v66a6 6 0 0 1-6 6H76a6 6 0 0 1-6-6z" fill="${fill}"/>
  <ellipse cx="100" cy="88" rx="30" ry="9" fill="${light}"/><path d="M78 92v26a5 5 0 0 0 10 0V96z" fill="${light}"/>`;

const lights: Glyph = ({ base, dark, light, accent }) => {
  const bulb = (x: number, y: number, colour: string) => `
    <rect x="${x - 5}" y="${y}" width="10" height="10" rx="2" fill="${dark}"/>
    <path d="M${x} ${y + 44}q-17-12-11-34h22q6 22-11 34z" fill="${colour}"/>
    <path d="M${x - 5} ${y + 16}q-3 10 1 16" stroke="#fff" stroke-width="3" fill="none" opacity=".7"/>`;
  return `<path d="M24 66q38 44 76 18t76-20" fill="none" stroke="${dark}" stroke-width="4"/>
    ${bulb(46, 82, base)}${bulb(82, 88, accent)}${bulb(118, 76, base)}${bulb(154, 66, light)}`;
};

const lamp: Glyph = ({ fill, base, dark, light }) => `
  <path d="M76 44h48l24 52H52z" fill="${fill}"/><path d="M58 96h84l6 22H52z" fill="${light}" opacity=".5"/>
  <path d="M100 96v46" stroke="${dark}" stroke-width="8"/><path d="M66 160q4-22 34-22t34 22z" fill="${base}"/>`;

const heart: Glyph = ({ fill, dark, light, accent }) => `
  <path d="M100 28v40" stroke="${dark}" stroke-width="3"/><path d="M88 66q12-14 24 0q-12 12-24 0z" fill="${accent}"/>
  <path d="M100 156L50 106a31 31 0 0 1 50-36a31 31 0 0 1 50 36z" fill="${fill}"/>
  <path d="M64 92a15 15 0 0 1 14-12" fill="none" stroke="${light}" stroke-width="6" stroke-linecap="round"/>`;

const hook: Glyph = ({ fill, base, dark, light }) => `
  <rect x="36" y="66" width="128" height="34" rx="10" fill="${fill}"/>
  ${[62, 100, 138].map((x) => `<path d="M${x} 88v34a14 14 0 0 0 22 8" fill="none" stroke="${dark}" stroke-width="7" stroke-linecap="round"/><circle cx="${x}" cy="84" r="9" fill="${light}" stroke="${base}" stroke-width="3"/>`).join('')}`;

const chair: Glyph = ({ fill, dark, base }) => `
  <rect x="60" y="46" width="80" height="64" rx="16" fill="${fill}"/><rect x="50" y="100" width="100" height="28" rx="12" fill="${base}"/>
  <path d="M62 128l-6 32M138 128l6 32" stroke="${dark}" stroke-width="8" stroke-linecap="round"/>`;

const basket: Glyph = ({ fill, dark, light }) => `
  <path d="M66 84q34-66 68 0" fill="none" stroke="${dark}" stroke-width="7"/><path d="M44 84h112l-14 68a10 10 0 0 1-10 8H68a10 10 0 0 1-10-8z" fill="${fill}"/>
  <path d="M50 108h100M55 130h90M76 88l6 70M100 88v72M124 88l-6 70" stroke="${dark}" stroke-width="3" opacity=".45"/>
  <rect x="38" y="78" width="124" height="14" rx="7" fill="${light}"/>`;

export const HOME = {
  clock,
  cushion,
  sign,
  frame,
  lantern,
  candle,
  lights,
  lamp,
  heart,
  hook,
  chair,
  basket,
};
