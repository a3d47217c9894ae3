import type { Identity } from '../domain/identity.ts';
import { outsideText } from '../domain/outside-text.ts';

export interface Artifact {
  /** What a person would call it: its tag or version, else the beginning of its digest or commit. */
  readonly version: string | undefined;
  readonly mentions: readonly Identity[];
}

/** What is known of an artifact by its package URL (https://github.com/package-url/purl-spec) or image reference. */
export function artifactOf(id: string | undefined): Artifact {
  const given = outsideText(id, 1000) ?? '';
  const [path = '', query = ''] = given.split('#')[0]?.split('?') ?? [];
  const qualifiers = new URLSearchParams(query);
  const at = path.lastIndexOf('@');
  const named = unescaped(at < 0 ? path : path.slice(0, at));
  const behind = unescaped(at < 0 ? '' : path.slice(at + 1));
  const digest = /sha256:([0-9a-f]{64})\b/i.exec(`${behind} ${qualifiers.get('checksum') ?? ''}`)?.[1]?.toLowerCase();
  const tag = qualifiers.get('tag') ?? (given.startsWith('pkg:') ? undefined : /:([\w.-]{1,128})$/.exec(named)?.[1]);
  const plain = /^sha\d+:/i.test(behind) ? undefined : behind;
  const repository = /^pkg:(?:github|gitlab|bitbucket)\/(.+)$/i.exec(named)?.[1]?.toLowerCase();
  const isCommit = plain !== undefined && /^[0-9a-f]{40}$/.test(plain);
  const version = tag ?? (isCommit ? plain.slice(0, 7) : plain) ?? '';
  return {
    version: outsideText(version, 200) ?? (digest === undefined ? undefined : `sha256:${digest.slice(0, 12)}`),
    mentions: [
      ...(digest === undefined ? [] : [{ type: 'image', value: `sha256:${digest}` }]),
      ...(isCommit && repository !== undefined && repository.length <= 150
        ? [{ type: 'commit', value: `${repository}@${plain}` }]
        : []),
    ],
  };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
