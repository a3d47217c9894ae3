import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { z } from 'zod';

const Examples = z.array(z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }));
const Push = z.looseObject({ ref: z.string(), after: z.string(), commits: z.array(z.looseObject({ id: z.string() })) });

/** GitHub's own example of a push with a commit to the default branch (7.7 kB), as text. */
function example(): string {
  const load = createRequire(import.meta.url);
  const pushes = Examples.parse(load('@octokit/webhooks-examples')).find((each) => each.name === 'push');
  const found = pushes?.examples.map((each) => Push.parse(each)).find((each) => each.commits.length > 0);
  if (found === undefined) throw new Error('the examples have no push with a commit');
  return JSON.stringify(found);
}

export interface SignedPush {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Pushes that differ in their commit, each signed: what GitHub would send for `count` pushes. */
export function signedPushes(options: {
  readonly secret: string;
  readonly count: number;
  readonly run: number;
}): readonly SignedPush[] {
  const text = example();
  const sha = Push.parse(JSON.parse(text)).after;
  return Array.from({ length: options.count }, (_, index) => {
    const own = `${options.run.toString(16).padStart(8, '0')}${index.toString(16).padStart(32, '0')}`;
    const body = Buffer.from(text.replaceAll(sha, own));
    const hash = createHmac('sha256', options.secret).update(body).digest('hex');
    return {
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/bench',
        'x-github-event': 'push',
        'x-github-delivery': `${own.slice(0, 8)}-${own.slice(8, 12)}-4${own.slice(13, 16)}-8${own.slice(17, 20)}-${own.slice(28)}`,
        'x-hub-signature-256': `sha256=${hash}`,
      },
      body,
    };
  });
}
