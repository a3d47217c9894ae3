import { createHmac, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import pg from 'pg';
import { z } from 'zod';

/**
 * What ingest is measured against: `bare` verifies, parses and group-commits one row a delivery; `naive` does the same
 * with one insert, and so one commit, for each request. Neither keeps a timeline.
 */
const Options = z.object({ DATABASE_URL: z.string(), SECRET: z.string(), MODE: z.enum(['bare', 'naive']) });
const options = Options.parse(process.env);
const pool = new pg.Pool({ connectionString: options.DATABASE_URL });
await pool.query('create table if not exists bare (id text, event text, body text not null)');

interface Row {
  readonly id: string;
  readonly event: string;
  readonly body: string;
}

let waiting: { row: Row; done: (stored: boolean) => void }[] = [];
let underWay = 0;

async function flush(): Promise<void> {
  underWay += 1;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    const stored = await insert(group.map((each) => each.row));
    for (const each of group) each.done(stored);
  }
  underWay -= 1;
}

async function insert(rows: readonly Row[]): Promise<boolean> {
  const columns = [rows.map((row) => row.id), rows.map((row) => row.event), rows.map((row) => row.body)];
  const text = 'insert into bare (id, event, body) select * from unnest($1::text[], $2::text[], $3::text[])';
  const result = await pool.query({ name: 'insert', text, values: columns });
  return result.rowCount === rows.length;
}

async function insertOne({ id, event, body }: Row): Promise<boolean> {
  const result = await pool.query('insert into bare (id, event, body) values ($1, $2, $3)', [id, event, body]);
  return result.rowCount === 1;
}

function store(row: Row): Promise<boolean> {
  if (options.MODE === 'naive') return insertOne(row);
  return new Promise((done) => {
    waiting.push({ row, done });
    if (underWay < 2 && waiting.length === 1) setImmediate(() => void flush());
  });
}

function verified(body: Buffer, header: unknown): boolean {
  const expected = Buffer.from(`sha256=${createHmac('sha256', options.SECRET).update(body).digest('hex')}`);
  const given = Buffer.from(typeof header === 'string' ? header : '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  if (!verified(body, request.headers['x-hub-signature-256'])) {
    response.writeHead(401).end();
    return;
  }
  const text = body.toString();
  JSON.parse(text);
  const row = {
    id: String(request.headers['x-github-delivery']),
    event: String(request.headers['x-github-event']),
    body: text,
  };
  const stored = await store(row);
  const answer = JSON.stringify({ stored });
  response
    .writeHead(stored ? 202 : 500, { 'content-type': 'application/json', 'content-length': answer.length })
    .end(answer);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    response.destroy();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ msg: 'listening', port })}\n`);
});
