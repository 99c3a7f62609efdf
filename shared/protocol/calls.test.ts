import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerCalls, type Caller, caller, type Port } from './calls.ts';

class Odd extends Error {
  override readonly name = 'Odd';
  readonly code = 'odd-number';
}

const api = {
  async double(value: number) {
    if (value % 2 === 1) throw new Odd(`${value} is odd`);
    return value * 2;
  },
  later: (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve(`after ${ms}`), ms)),
  async pair(first: string, second?: string) {
    return [first, second];
  },
  async uncloneable() {
    return () => undefined;
  },
  async throwsWords() {
    throw 'words';
  },
};

describe('calls over a port', () => {
  let channel: MessageChannel;
  let call: Caller<typeof api>;
  let tell: (news: unknown) => void;
  let heard: unknown[];

  beforeEach(() => {
    channel = new MessageChannel();
    heard = [];
    tell = answerCalls(channel.port2 as unknown as Port, api);
    call = caller(channel.port1 as unknown as Port, (news) => heard.push(news));
  });
  afterEach(() => channel.port1.close());

  test('carry arguments there and the answer back, each to its own call', async () => {
    expect(await Promise.all([call('double', 2), call('pair', 'a', 'b'), call('double', 4)])).toEqual([
      4,
      ['a', 'b'],
      8,
    ]);
    const order: string[] = [];
    await Promise.all([30, 1].map((ms) => call('later', ms).then((said) => order.push(said))));
    expect(order).toEqual(['after 1', 'after 30']);
  });

  test('carry an error with its name and its code', async () => {
    await expect(call('double', 3)).rejects.toMatchObject({
      name: 'Odd',
      code: 'odd-number',
      message: '3 is odd',
    });
    await expect(call('throwsWords')).rejects.toThrow('words');
    await expect(call('triple' as never)).rejects.toThrow('no method triple');
  });

  test('that cannot be cloned fail on the side that said them', async () => {
    await expect(call('double', (() => undefined) as never)).rejects.toThrow(/clone/);
    await expect(call('uncloneable')).rejects.toThrow(/clone/);
    expect(await call('double', 2)).toBe(4);
  });

  test('news come unasked, in order', async () => {
    for (const news of [1, 2, 3]) tell(news);
    await expect.poll(() => heard).toEqual([1, 2, 3]);
  });
});
