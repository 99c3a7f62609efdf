import type { Generated } from 'kysely';
import type { RunNote, StoredInteraction } from './contract.ts';

/** Every table, as the newest migration leaves it. Times are ms since 1970. */
export interface Tables {
  site: { site: string; markets: string };
  item: { site: string; id: string; data: string; updated_at: number };
  interaction: {
    seq: Generated<number>;
    site: string;
    key: string;
    subject: string | null;
    visit: string;
    item: string;
    kind: StoredInteraction['kind'];
    time: number;
    quantity: number;
    price: number | null;
    origin: StoredInteraction['origin'];
  };
  /** `data`: ProfileAttributes as JSON */
  shopper: { site: string; subject: string; data: string; updated_at: number };
  event: {
    seq: Generated<number>;
    site: string;
    event_id: string;
    subject: string;
    session_id: string;
    name: string;
    time: number;
    received_at: number;
    fingerprint: Uint8Array;
    body: string;
  };
  shop_order: {
    site: string;
    order_id: string;
    subject: string | null;
    time: number;
    currency: string | null;
    accepted_at: number;
  };
  run: { site: string; number: number; run: string; data: string; recorded_at: number };
  release: {
    site: string;
    version: number;
    release: string;
    run: string;
    envelope: string;
    published_at: number;
    reason: 'publish' | 'rollback' | 'renew';
  };
  run_note: { seq: Generated<number>; site: string; run: string; kind: RunNote; data: string };
  access_key: { site: string; kind: 'write' | 'admin'; hash: Uint8Array; added_at: number };
}
