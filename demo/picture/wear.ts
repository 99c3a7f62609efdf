import type { Glyph } from './colours.ts';

const bag: Glyph = ({ fill, base, dark, accent }) => `
  <path d="M74 84c0-52 52-52 52 0" fill="none" stroke="${dark}" stroke-width="7"/><path d="M52 80h96l10 80H42z" fill="${fill}"/>
  <path d="M52 80h96l2 14H50z" fill="${base}"/><circle cx="74" cy="90" r="4" fill="${accent}"/><circle cx="126" cy="90" r="4" fill="${accent}"/>`;

const garment: Glyph = ({ fill, dark, light }) => `
  <path d="M78 46l-40 22 14 32 16-8v68h64V92l16 8 14-32-40-22q-22 20-44 0z" fill="${fill}"/>
  <path d="M78 46q22 20 44 0" fill="none" stroke="${dark}" stroke-width="5"/><path d="M68 92v30M132 92v30" stroke="${dark}" stroke-width="2" opacity=".4"/><path d="M52 74l10 20" stroke="${light}" stroke-width="4" opacity=".6"/>`;

const dress: Glyph = ({ fill, base, dark }) => `
  <path d="M82 40q18 14 36 0l4 44 30 72q-52 14-104 0l30-72z" fill="${fill}"/><path d="M78 84h44" stroke="${dark}" stroke-width="7"/><path d="M88 92l-12 64M112 92l12 64" stroke="${base}" stroke-width="3" opacity=".5"/>`;

const trousers: Glyph = ({ fill, dark, light }) => `
  <path d="M66 44h68l10 116h-32l-12-78-12 78H56z" fill="${fill}"/><path d="M66 44h68l1 12H65z" fill="${dark}"/><path d="M76 66v70M124 66v70" stroke="${light}" stroke-width="2" opacity=".6"/>`;

const coat: Glyph = ({ fill, base, dark, accent }) => `
  <path d="M80 42l-36 20-8 70h22v28h84v-28h22l-8-70-36-20-20 16z" fill="${fill}"/><path d="M80 42l20 38 20-38-20 16z" fill="${dark}"/>
  <path d="M100 80v80" stroke="${dark}" stroke-width="3"/><circle cx="108" cy="96" r="4" fill="${accent}"/><circle cx="108" cy="116" r="4" fill="${accent}"/><path d="M66 126h20M114 134h20" stroke="${base}" stroke-width="5"/>`;

const shoe: Glyph = ({ fill, dark, light, accent }) => `
  <path d="M34 82q20 12 38 0l34 34q12 8 36 10 24 4 24 18v6H34z" fill="${fill}"/><path d="M32 146h134v10a6 6 0 0 1-6 6H38a6 6 0 0 1-6-6z" fill="#fffdf8"/>
  <path d="M82 98l12-8M92 108l12-8M104 116l10-8" stroke="${light}" stroke-width="5" stroke-linecap="round"/><path d="M34 122q20 6 44 24" fill="none" stroke="${accent}" stroke-width="6"/><path d="M32 152h134" stroke="${dark}" stroke-width="3"/>`;

const necklace: Glyph = ({ base, light, dark, accent }) => {
  const beads = [-72, -54, -36, -18, 0, 18, 36, 54, 72].map((degrees, i) => {
    const x = 100 + 56 * Math.sin((degrees * Math.PI) / 180);
    const y = 72 + 56 * Math.cos((degrees * Math.PI) / 180);
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${i === 4 ? 10 : 7}" fill="${i % 2 ? accent : base}"/>`;
  });
  return `<path d="M46 44q-8 84 54 84t54-84" fill="none" stroke="${dark}" stroke-width="2"/>${beads.join('')}
    <path d="M100 166l-14-14a9 9 0 0 1 14-10a9 9 0 0 1 14 10z" fill="${base}"/><circle cx="97" cy="124" r="3" fill="${light}"/>`;
};

const watch: Glyph = ({ fill, base, dark, accent }) => `
  <path d="M84 36h32l6 34H78zM78 130h44l-6 34H84z" fill="${fill}"/><circle cx="100" cy="100" r="40" fill="${dark}"/><circle cx="100" cy="100" r="31" fill="#fffdf8"/>
  <path d="M100 80v20l14 8" fill="none" stroke="${base}" stroke-width="5" stroke-linecap="round"/><circle cx="144" cy="100" r="5" fill="${accent}"/>`;

const umbrella: Glyph = ({ fill, dark, accent, light }) => `
  <path d="M100 96v48a13 13 0 0 0 26 0" fill="none" stroke="${dark}" stroke-width="6" stroke-linecap="round"/><path d="M32 100a68 62 0 0 1 136 0q-14-14-28 0q-20-16-40 0q-20-16-40 0q-14-14-28 0z" fill="${fill}"/>
  <path d="M100 38q-34 22-40 62M100 38q34 22 40 62" fill="none" stroke="${light}" stroke-width="2" opacity=".7"/><circle cx="100" cy="36" r="5" fill="${accent}"/>`;

const hat: Glyph = ({ fill, base, dark, light }) => `
  <path d="M60 116q0-66 40-66t40 66z" fill="${fill}"/><rect x="52" y="110" width="96" height="34" rx="14" fill="${base}"/><path d="M70 112v30M90 112v30M110 112v30M130 112v30" stroke="${dark}" stroke-width="2" opacity=".4"/><circle cx="100" cy="46" r="15" fill="${light}"/>`;

const glasses: Glyph = ({ base, dark, light }) => `
  <circle cx="66" cy="108" r="28" fill="${light}" stroke="${base}" stroke-width="9"/><circle cx="134" cy="108" r="28" fill="${light}" stroke="${base}" stroke-width="9"/>
  <path d="M92 100q8-8 16 0M38 104l-8-24M162 104l8-24" fill="none" stroke="${dark}" stroke-width="7" stroke-linecap="round"/>`;

export const WEAR = {
  bag,
  garment,
  dress,
  trousers,
  coat,
  shoe,
  necklace,
  watch,
  umbrella,
  hat,
  glasses,
};
