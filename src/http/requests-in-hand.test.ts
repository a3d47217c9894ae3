import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { requestsInHand } from './requests-in-hand.ts';

const response = () => new ServerResponse(new IncomingMessage(new Socket()));

describe('requestsInHand', () => {
  it('has none before any came', async () => {
    await expect(requestsInHand().none()).resolves.toBeUndefined();
  });

  it('has none when the last of them has closed, in whatever order', async () => {
    const requests = requestsInHand();
    const [first, second] = [response(), response()];
    const said: string[] = [];
    requests.hold(first);
    requests.hold(second);
    const none = requests.none().finally(() => said.push('none'));
    second.emit('close');
    await setImmediate();
    said.push('one closed');
    first.emit('close');
    await none;
    expect(said).toEqual(['one closed', 'none']);
  });

  it('has none once all that came have closed', async () => {
    const requests = requestsInHand();
    const first = response();
    requests.hold(first);
    first.emit('close');
    await expect(requests.none()).resolves.toBeUndefined();
  });
});
