import { execFile } from 'node:child_process';
import { randomBytes, randomUUID, createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, serverAccount } from './embedded-account.ts';
import { type Binaries, embeddedBinaries } from './embedded-binaries.ts';
import { explained } from './embedded-errors.ts';
import { isRunning } from './embedded-process.ts';

/** Where everything of one private server is. */
export interface Place {
  readonly home: string;
  readonly data: string;
  /** Named pipe that every user of the server holds open; see watchdog.sh. */
  readonly users: string;
  readonly stopping: string;
  readonly log: string;
  readonly socketFolder: string;
  readonly watchdog: string;
  readonly url: string;
  readonly account: Account;
  readonly binaries: Binaries;
}

/** PostgreSQL gets no setting of ours through its surroundings, and its messages are in English: we read some. */
export const SURROUNDINGS = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** The longest path of a Unix socket that every system takes. */
const LONGEST_SOCKET_PATH = 103;

/**
 * Makes the database under `<dataDir>/postgres` unless it is there. It is made beside and moved into place whole, so one
 * that was interrupted never counts, and of two processes that try at once one wins and the other uses the result.
 */
export async function preparePlace(dataDir: string, sync: boolean): Promise<Place> {
  const binaries = embeddedBinaries();
  const watchdog = join(import.meta.dirname, 'watchdog.sh');
  const parent = makeFolder(dataDir);
  const home = join(parent, 'postgres');
  const account = serverAccount(join(home, 'data'), [binaries.folder, import.meta.dirname, parent]);
  removeLeftovers(parent);
  const version = installedVersion(home);
  if (version === null) await create(home, account, binaries, sync);
  else if (version !== binaries.major) {
    throw new Error(
      `${home} was written by PostgreSQL ${version}, and this version of Sincewhen brings ${binaries.major}. ` +
        'Dump it with the version that wrote it and load the dump, or move it away to start empty.',
    );
  }
  const socketFolder = chooseSocketFolder(home, account);
  const password = readFileSync(join(home, 'password'), 'utf8').trim();
  return {
    home,
    data: join(home, 'data'),
    users: join(home, 'users'),
    stopping: join(home, 'stopping'),
    log: join(home, 'log'),
    socketFolder,
    watchdog,
    url: `postgres://postgres:${password}@localhost/postgres?host=${encodeURIComponent(socketFolder)}`,
    account,
    binaries,
  };
}

function makeFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return realpathSync(path);
  } catch (cause) {
    throw explained(`Cannot make ${path} for the private PostgreSQL`, cause);
  }
}

function installedVersion(home: string): string | null {
  try {
    if (!existsSync(home) || readdirSync(home).length === 0) return null;
    return readFileSync(join(home, 'data', 'PG_VERSION'), 'utf8').trim();
  } catch (cause) {
    throw explained(`Cannot read the database in ${home}`, cause);
  }
}

async function create(home: string, account: Account, binaries: Binaries, sync: boolean): Promise<void> {
  const fresh = `${home}.new-${process.pid}-${randomUUID()}`;
  const password = join(fresh, 'password');
  try {
    mkdirSync(fresh, { mode: 0o700 });
    writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    await run('mkfifo', ['-m', '600', join(fresh, 'users')], {});
    for (const path of [fresh, password, join(fresh, 'users')]) give(path, account);
    const [command = '', ...rest] = [
      ...account.prefix,
      binaries.initdb,
      `--pgdata=${join(fresh, 'data')}`,
      '--username=postgres',
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Sorts alike on every system and release of its C library, so no index breaks when either is updated.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...(sync ? [] : ['--no-sync']),
    ];
    await run(command, rest, account.as);
    moveIntoPlace(fresh, home);
  } catch (cause) {
    throw explained(`Cannot make a database in ${home}`, cause, { folder: dirname(home) });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function run(command: string, args: readonly string[], as: Account['as']): Promise<void> {
  await promisify(execFile)(command, args, { ...as, cwd: '/', env: SURROUNDINGS });
}

function moveIntoPlace(fresh: string, home: string): void {
  try {
    renameSync(fresh, home);
  } catch (error) {
    if (existsSync(join(home, 'data', 'PG_VERSION'))) return;
    throw error;
  }
}

function give(path: string, account: Account): void {
  if (account.owner) chownSync(path, account.owner.uid, account.owner.gid);
}

function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = Number(/^postgres\.new-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || (pid !== process.pid && isRunning(pid))) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function chooseSocketFolder(home: string, account: Account): string {
  if (Buffer.byteLength(join(home, '.s.PGSQL.5432')) <= LONGEST_SOCKET_PATH) return home;
  const short = `/tmp/sincewhen-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
  if (!existsSync(short)) {
    mkdirSync(short, { mode: 0o700, recursive: true });
    give(short, account);
  }
  const { uid, mode } = lstatSync(short);
  const owner = account.owner?.uid ?? process.getuid?.();
  if (uid !== owner || (mode & 0o777) !== 0o700) {
    throw new Error(
      `${short} belongs to somebody else. Remove it, or give DATA_DIR a path shorter than ${dirname(home)}.`,
    );
  }
  return short;
}
