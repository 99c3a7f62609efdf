import * as v from 'valibot';

/** What the shop's configuration lets go up. The default is `off`: only downloads happen. */
export const PrivacyMode = v.picklist(['off', 'aggregate', 'events']);
export type PrivacyMode = v.InferOutput<typeof PrivacyMode>;

/** What the shopper allowed. Unknown consent is refused consent. */
export const Consent = v.strictObject({
  /** keep a profile on this device (ePrivacy art. 5(3)) */
  storage: v.boolean(),
  /** send what `privacy.mode` allows */
  measurement: v.boolean(),
});
export type Consent = v.InferOutput<typeof Consent>;

export const NO_CONSENT: Consent = { storage: false, measurement: false };
