import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SenderEnvironment } from '../config/sender-environment.ts';
import { outsideText } from '../domain/outside-text.ts';
import { isObject, parseJson } from '../sources/reading/json.ts';

/** The doors of the service that are sent to, and their paths. */
const paths = { changes: '/api/changes', plans: '/api/plans', snapshots: '/api/snapshots' } as const;
export type Door = keyof typeof paths;
/** Those that changes come in by. */
export type ChangeDoor = Exclude<Door, 'snapshots'>;

/** `answer`: as the door gives it. */
export type Sent =
  | { readonly outcome: 'sent'; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly outcome: 'not-sent'; readonly reason: string };

type Send<Through> = (door: Through, body: unknown, signal: AbortSignal) => Promise<Sent>;

/** `remote`: whether what is sent leaves this machine's settings, and with them the key of digests. */
export type Sender =
  | { readonly remote: true; readonly send: Send<Door> }
  | { readonly remote: false; readonly send: Send<ChangeDoor> };

/** Milliseconds that one request may take with its repetitions. A snapshot may have a quarter of a million facts. */
const patience = { changes: 5000, plans: 5000, snapshots: 120_000 } as const;
const attempts = 3;
const pause = 500;

/** Where to send to: the service at `server` (or `SINCEWHEN_URL`), else the database of the settings. */
export async function senderOf(
  { server, tokenFile }: { readonly server: string | undefined; readonly tokenFile: string | undefined },
  environment: SenderEnvironment,
): Promise<Sender> {
  const address = server ?? environment.server;
  if (address === undefined) {
    if (environment.token === undefined && tokenFile === undefined) return databaseSender();
    return refusing('there is a token and no address: set SINCEWHEN_URL');
  }
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    return refusing('the address of Sincewhen is not a URL such as https://sincewhen.example.com');
  }
  const token =
    tokenFile === undefined ? environment.token : await tokenIn(resolve(environment.directory ?? '', tokenFile));
  if (token === null) return refusing(`the token file ${tokenFile} cannot be read`);
  if (token === undefined) return refusing('there is no token: set SINCEWHEN_TOKEN, or name a file with --token-file');
  if (!/^[\x21-\x7e]+$/.test(token)) return refusing('the token has characters that no token has');
  return overHttp(address.replace(/\/+$/, ''), token);
}

function refusing(reason: string): Sender {
  return { remote: true, send: () => Promise.resolve({ outcome: 'not-sent', reason }) };
}

async function tokenIn(file: string): Promise<string | null> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

function overHttp(address: string, token: string): Sender {
  const send: Send<Door> = async (door, body, signal) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(patience[door])]);
    const request = {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A token goes to the address that it was meant for.
      redirect: 'manual',
      signal: limit,
    } as const;
    let sent: Sent = { outcome: 'not-sent', reason: 'it was not tried' };
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const tried = await once(`${address}${paths[door]}`, request, patience[door]);
      sent = tried.sent;
      if (!tried.again || limit.aborted || attempt === attempts) break;
      await sleep(pause, null, { signal: limit }).catch(() => undefined);
    }
    return sent;
  };
  return { remote: true, send };
}

async function once(
  url: string,
  request: RequestInit,
  waited: number,
): Promise<{ readonly sent: Sent; readonly again: boolean }> {
  try {
    const response = await fetch(url, request);
    const answer = parseJson(await response.text());
    const told = isObject(answer) ? answer : {};
    if (response.status === 202 && isObject(answer)) return { sent: { outcome: 'sent', answer }, again: false };
    const error = outsideText(told['error'], 200);
    const reason = `Sincewhen answered ${response.status}${error === undefined ? '' : `: ${error}`}`;
    return { sent: { outcome: 'not-sent', reason }, again: response.status >= 500 || response.status === 429 };
  } catch (error) {
    return { sent: { outcome: 'not-sent', reason: `Sincewhen ${faultOf(error, waited)}` }, again: true };
  }
}

function faultOf(error: unknown, waited: number): string {
  if (!(error instanceof Error)) return 'cannot be reached';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `did not answer within ${waited / 1000} s`;
  const cause: unknown = error.cause;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `cannot be reached${code}`;
}

/**
 * One after the other: the private server is started for each, unless it runs. Loaded when it is needed: a program should
 * not wait for what is not.
 */
function databaseSender(): Sender {
  let last: Promise<unknown> = Promise.resolve();
  const send: Send<ChangeDoor> = (door, body) => {
    const sent = last.then(async () => (await import('./record-database.ts')).intoDatabase(door, body));
    last = sent;
    return sent;
  };
  return { remote: false, send };
}
