import { createSocket } from 'node:dgram';

export interface DnsServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  stop(): Promise<void>;
}

/** Records by type and name: `A shop.example.com` → the bytes of each. No entry: the name is not known. */
type Zone = Readonly<Record<string, readonly Buffer[] | 'refused' | 'silent'>>;

const types: Readonly<Record<number, string>> = { 1: 'A', 5: 'CNAME', 15: 'MX', 16: 'TXT', 28: 'AAAA' };

/** A name server on a real socket that knows one zone; https://www.rfc-editor.org/rfc/rfc1035 */
export async function startDnsServer(zone: Zone): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, end } = nameAt(query, 12);
    const type = types[query.readUInt16BE(end)] ?? '?';
    const known = zone[`${type} ${name}`];
    if (known === 'silent') return;
    const records = known === undefined || known === 'refused' ? [] : known;
    const isKnown = Object.keys(zone).some((key) => key.endsWith(` ${name}`));
    const code = known === 'refused' ? 5 : isKnown ? 0 : 3;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    const answers = records.map((data) => {
      const fixed = Buffer.alloc(12);
      fixed.writeUInt16BE(0xc00c, 0);
      fixed.writeUInt16BE(query.readUInt16BE(end), 2);
      fixed.writeUInt16BE(1, 4);
      fixed.writeUInt32BE(60, 6);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    });
    socket.send(Buffer.concat([header, query.subarray(12, end + 4), ...answers]), from.port, from.address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${socket.address().port}`,
    stop: () =>
      new Promise((resolve) => {
        socket.close(() => resolve());
      }),
  };
}

function nameAt(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

export function dnsName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}
