export type {
  ReasonText,
  Recommendations,
  RecommendedItem,
  RecommendOptions,
  Tacit,
  TacitEventName,
  TacitListener,
  TacitOptions,
  TacitTrouble,
} from './contract.ts';
export { attributionOf, trackImpressions, whenSeen } from './impressions.ts';
export { createTacit } from './tacit.ts';
