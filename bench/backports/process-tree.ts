import { readFileSync } from 'node:fs';

/** Resident memory of a process and of all that it started, in MB. */
export function memoryOfTree(pid: number): number {
  return residentOf(pid) + childrenOf(pid).reduce((all, child) => all + memoryOfTree(child), 0);
}

function residentOf(pid: number): number {
  return (Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024) / 1e6;
}

function childrenOf(pid: number): readonly number[] {
  const text = read(`/proc/${pid}/task/${pid}/children`).trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Processor seconds of this process and of what it started and has ended. */
export function processorSeconds(): number {
  const fields = read('/proc/self/stat').split(') ')[1]?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((all, ticks) => all + Number(ticks), 0) / 100;
}

/** Of a process itself, so far. */
export function processorSecondsOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return fields.slice(11, 13).reduce((all, ticks) => all + Number(ticks), 0) / 100;
}

/** It may be gone by now. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
