// Uses the private PostgreSQL in the folder given until it is killed or its input ends. For tests that kill processes.
import { pino } from 'pino';
import { startEmbedded } from '../src/database/embedded.ts';

const [dataDir = ''] = process.argv.slice(2);
const embedded = await startEmbedded({ dataDir, log: pino({ level: 'warn' }, pino.destination(2)) });
process.stdout.write(`${embedded.url}\n`);
process.stdin.resume().once('end', () => void embedded.stop());
