import type { Glyph } from './colours.ts';

const mug: Glyph = ({ fill, base, light, dark }) => `
  <path d="M84 38q-8 12 0 20t0 18M108 38q-8 12 0 20t0 18" fill="none" stroke="${dark}" stroke-width="4" stroke-linecap="round" opacity=".3"/>
  <path d="M132 98h10a20 20 0 0 1 0 40h-12" fill="none" stroke="${base}" stroke-width="11"/>
  <path d="M54 84h82v52a24 24 0 0 1-24 24H78a24 24 0 0 1-24-24z" fill="${fill}"/><ellipse cx="95" cy="84" rx="41" ry="9" fill="${light}"/>
  <ellipse cx="95" cy="86" rx="33" ry="6" fill="${dark}"/>`;

const teapot: Glyph = ({ fill, base, dark, light, accent }) => `
  <path d="M136 96q30-8 26 20t-34 20" fill="none" stroke="${base}" stroke-width="10"/><path d="M66 120q-26-4-32-34l14-4q6 18 26 18z" fill="${base}"/>
  <ellipse cx="100" cy="120" rx="46" ry="40" fill="${fill}"/><path d="M72 88q28-24 56 0z" fill="${light}"/>
  <circle cx="100" cy="70" r="8" fill="${accent}"/><rect x="76" y="154" width="48" height="7" rx="3" fill="${dark}"/>`;

const plate: Glyph = ({ fill, light, dark }) => `
  <circle cx="100" cy="104" r="60" fill="${fill}"/><circle cx="100" cy="104" r="44" fill="#fffdf8"/>
  <circle cx="100" cy="104" r="36" fill="none" stroke="${dark}" stroke-width="1.5" opacity=".35"/>
  <path d="M58 72a52 52 0 0 1 30-18" fill="none" stroke="${light}" stroke-width="5" stroke-linecap="round"/>`;

const bowl: Glyph = ({ fill, base, light, accent }) => `
  <circle cx="80" cy="84" r="18" fill="${accent}"/><circle cx="112" cy="80" r="20" fill="${base}" opacity=".7"/><circle cx="132" cy="90" r="12" fill="${accent}"/>
  <path d="M38 92h124a62 62 0 0 1-40 58l-4 10H82l-4-10a62 62 0 0 1-40-58z" fill="${fill}"/><rect x="34" y="86" width="132" height="11" rx="5" fill="${light}"/>`;

const bottle: Glyph = ({ fill, dark, light, accent }) => `
  <rect x="88" y="30" width="24" height="16" rx="4" fill="${accent}"/><path d="M90 46h20v22q20 10 20 34v48a10 10 0 0 1-10 10H80a10 10 0 0 1-10-10v-48q0-24 20-34z" fill="${fill}"/>
  <rect x="70" y="104" width="60" height="34" fill="#fffdf8"/><path d="M82 116h36M82 126h22" stroke="${dark}" stroke-width="4" stroke-linecap="round"/>
  <path d="M80 92q2-10 8-14" stroke="${light}" stroke-width="5" stroke-linecap="round" fill="none"/>`;

const jar: Glyph = ({ fill, dark, light, accent }) => `
  <rect x="62" y="44" width="76" height="20" rx="6" fill="${dark}"/><path d="M66 64h68q14 8 14 24v60a12 12 0 0 1-12 12H64a12 12 0 0 1-12-12V88q0-16 14-24z" fill="${fill}"/>
  <rect x="66" y="94" width="68" height="42" rx="6" fill="#fffdf8"/><circle cx="100" cy="115" r="12" fill="${accent}"/><path d="M62 84v20" stroke="${light}" stroke-width="5" stroke-linecap="round"/>`;

const tin: Glyph = ({ fill, base, dark, light }) => `
  <rect x="46" y="74" width="108" height="86" rx="10" fill="${fill}"/><rect x="40" y="56" width="120" height="28" rx="9" fill="${base}"/>
  <path d="M46 86h108" stroke="${dark}" stroke-width="3" opacity=".4"/><rect x="72" y="100" width="56" height="36" rx="18" fill="#fffdf8"/>
  <path d="M84 118h32" stroke="${dark}" stroke-width="5" stroke-linecap="round"/><path d="M52 66h30" stroke="${light}" stroke-width="5" stroke-linecap="round"/>`;

const cakestand: Glyph = ({ fill, base, dark, light, accent }) => `
  <path d="M100 34v120" stroke="${dark}" stroke-width="6"/><circle cx="100" cy="34" r="7" fill="none" stroke="${dark}" stroke-width="4"/>
  <path d="M74 66h52l-6 12H80z" fill="${fill}"/><path d="M58 104h84l-8 14H66z" fill="${fill}"/><path d="M40 146h120l-10 14H50z" fill="${fill}"/>
  <path d="M82 66a9 9 0 0 1 18 0zM102 66a9 9 0 0 1 18 0z" fill="${accent}"/><path d="M66 104a11 11 0 0 1 22 0zM112 104a11 11 0 0 1 22 0z" fill="${light}"/>
  <path d="M52 146a13 13 0 0 1 26 0zM122 146a13 13 0 0 1 26 0z" fill="${accent}"/><path d="M89 104a11 11 0 0 1 22 0z" fill="${base}"/>`;

const spoon: Glyph = ({ fill, base, dark }) => `
  <path d="M64 40v30a14 14 0 0 0 28 0V40M78 40v30" fill="none" stroke="${dark}" stroke-width="6" stroke-linecap="round"/><rect x="72" y="82" width="12" height="78" rx="6" fill="${fill}"/>
  <ellipse cx="124" cy="62" rx="18" ry="25" fill="${base}"/><ellipse cx="124" cy="60" rx="10" ry="16" fill="#fff" opacity=".35"/><rect x="118" y="82" width="12" height="78" rx="6" fill="${fill}"/>`;

const napkin: Glyph = ({ fill, base, light, dark }) => `
  <path d="M38 150l62-104 62 104z" fill="${fill}"/><path d="M100 46l62 104h-62z" fill="${base}" opacity=".55"/><path d="M38 150l62-42 62 42z" fill="${light}"/>
  <path d="M46 150l54-36 54 36" fill="none" stroke="${dark}" stroke-width="2" stroke-dasharray="4 4"/>`;

const pan: Glyph = ({ fill, base, dark, light }) => `
  <rect x="128" y="92" width="54" height="12" rx="6" fill="${dark}"/><path d="M34 84h104v36a30 30 0 0 1-30 30H64a30 30 0 0 1-30-30z" fill="${fill}"/>
  <path d="M30 84h112" stroke="${base}" stroke-width="10" stroke-linecap="round"/><path d="M44 76q42-40 84 0z" fill="${light}"/><circle cx="86" cy="52" r="7" fill="${dark}"/>`;

const food: Glyph = ({ fill, dark, light, accent }) => `
  <path d="M60 56l10-18h60l10 18z" fill="${accent}"/><path d="M56 56h88v96a8 8 0 0 1-8 8H64a8 8 0 0 1-8-8z" fill="${fill}"/>
  <circle cx="100" cy="106" r="28" fill="#fffdf8"/><path d="M100 122q-22-12-14-28q18 2 14 28zM100 122q22-12 14-28q-18 2-14 28z" fill="${dark}" opacity=".8"/><path d="M64 70h30" stroke="${light}" stroke-width="5" stroke-linecap="round"/>`;

export const KITCHEN = { mug, teapot, plate, bowl, bottle, jar, tin, cakestand, spoon, napkin, pan, food };
