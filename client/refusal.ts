interface Signals {
  readonly globalPrivacyControl?: boolean;
  readonly doNotTrack?: string | null;
}

/**
 * Whether the browser refuses for its user: Global Privacy Control (W3C, `navigator.globalPrivacyControl`) or Do Not
 * Track. Then the mode is `off` whatever the shop set.
 */
export function refusedByBrowser(signals: Signals = navigator): boolean {
  return signals.globalPrivacyControl === true || signals.doNotTrack === '1' || signals.doNotTrack === 'yes';
}
