import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { openDatabase } from '../src/database/pool.ts';
import { keepPosted } from '../src/slack/posts.ts';

/** Posts, and hangs as soon as Slack has taken the message: whoever started this kills it then. */
const [url = '', apiUrl = '', channel = '', key = '', text = ''] = process.argv.slice(2);
const log = pino({ enabled: false });
const { db } = await openDatabase({ url, dataDir: '', size: 4, log });
const client = new WebClient('xoxb-bot', {
  slackApiUrl: apiUrl,
  retryConfig: { retries: 0 },
  fetch: async (address, init) => {
    const response = await fetch(address, init);
    await response.arrayBuffer();
    process.stdout.write('taken\n');
    return new Promise(() => undefined);
  },
});
await keepPosted({ db, client, log, now: () => new Date() }, { key, channel, message: { text, blocks: [] } });
