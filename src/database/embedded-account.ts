import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** As whom PostgreSQL runs. */
export interface Account {
  /** For `spawn`; empty unless we are root and can hand the process over directly. */
  readonly as: { readonly uid?: number; readonly gid?: number };
  /** Put before a command that has to run as the account. */
  readonly prefix: readonly string[];
  /** Who must own its files; null when that is us. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/**
 * PostgreSQL refuses to run as root, so root gives it to another account: the one that already owns `data`, else
 * `postgres`, made if absent. When that account may not enter one of `folders` (a checkout under /root, a private
 * temporary directory) it keeps the single capability that lets it pass.
 */
export function serverAccount(data: string, folders: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { as: {}, prefix: [], owner: null };
  const owner = ownerOf(data) ?? postgresAccount();
  const closed = folders.flatMap(parents).find((folder) => !mayEnter(folder, owner));
  if (closed === undefined) return { as: owner, prefix: [], owner };

  const capability = '+dac_override';
  const prefix = [
    'setpriv',
    // Without it access(2), which PostgreSQL asks about its own program, would ignore the capability.
    '--securebits=+no_setuid_fixup',
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    `--inh-caps=${capability}`,
    `--ambient-caps=${capability}`,
    `--bounding-set=-all,${capability}`,
  ];
  try {
    execFileSync('setpriv', [...prefix.slice(1), 'true'], { stdio: 'ignore' });
  } catch (cause) {
    throw new Error(
      `PostgreSQL cannot run as root, and the account it runs as may not enter ${closed}. Let others enter it ` +
        `(chmod o+x ${closed}), put DATA_DIR elsewhere, do not run as root, or set DATABASE_URL.`,
      { cause },
    );
  }
  return { as: {}, prefix, owner };
}

function ownerOf(path: string): { uid: number; gid: number } | null {
  if (!existsSync(path)) return null;
  const { uid, gid } = statSync(path);
  return uid === 0 ? null : { uid, gid };
}

function postgresAccount(): { uid: number; gid: number } {
  const found = lookUp('postgres');
  if (found) return found;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'], {
      stdio: 'ignore',
    });
  } catch (cause) {
    const made = lookUp('postgres');
    if (made) return made;
    throw new Error(
      'PostgreSQL cannot run as root, there is no account named postgres, and useradd could not make one. ' +
        'Do not run as root, add that account, or set DATABASE_URL.',
      { cause },
    );
  }
  const made = lookUp('postgres');
  if (!made) throw new Error('The account postgres was made but is not in /etc/passwd. Set DATABASE_URL instead.');
  return made;
}

function lookUp(name: string): { uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...parents(parent)];
}

function mayEnter(folder: string, owner: { uid: number; gid: number }): boolean {
  if (!existsSync(folder)) return true;
  const { mode, uid, gid } = statSync(folder);
  if (uid === owner.uid) return (mode & 0o100) !== 0;
  return (mode & (gid === owner.gid ? 0o010 : 0o001)) !== 0;
}
