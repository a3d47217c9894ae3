import { readJob } from './ansible/awx-job.ts';
import { concealJob, concealReport } from './ansible/conceal.ts';
import { ReportContext, readReport } from './ansible/report.ts';
import { isObject } from './reading/json.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/** What a header tells of a report that is sent as it is; else a field beside `plays`. */
const fields = ['environment', 'service', 'check', 'run', 'url', 'actor'] as const;

/**
 * What the callback `ansible.posix.json` prints of a run, and webhook notifications of AWX and Automation Controller:
 * https://docs.ansible.com/projects/ansible/latest/collections/ansible/posix/json_callback.html
 */
export const ansible: SourceDefinition = {
  name: 'ansible',
  title: 'Ansible',
  authentication: [{ by: 'secret', inPath: false }],
  headers: fields.map((field) => `x-ansible-${field}`),
  conceal: (body) => {
    if (!isObject(body)) return body;
    return 'plays' in body ? concealReport(body) : concealJob(body);
  },
  deliveryKey: () => null,
  parse,
};

function parse({ headers, body, receivedAt, catalog }: Message): Parsed {
  if (isObject(body)) {
    if (Array.isArray(body['plays'])) {
      const told = Object.fromEntries(fields.map((field) => [field, body[field] ?? headers[`x-ansible-${field}`]]));
      const context = ReportContext.safeParse(told);
      if (context.success) return readReport(context.data)(body, { receivedAt, catalog });
      const wrong = context.error.issues.map(({ path }) => path.join('.'));
      return { outcome: 'malformed', error: `wrong: ${wrong.join(', ')}`, notWhatItSends: false };
    }
    if ('status' in body && 'id' in body) return readJob(body, { receivedAt, catalog });
    if (isTest(body)) return { outcome: 'ping' };
  }
  return { outcome: 'malformed', error: 'neither a report of a run nor a notification of AWX', notWhatItSends: true };
}

/** AWX’s own test of a notification template. */
function isTest({ body }: Readonly<Record<string, unknown>>): boolean {
  return typeof body === 'string' && /\btest notification\b|\bnotification test\b/i.test(body.slice(0, 500));
}
