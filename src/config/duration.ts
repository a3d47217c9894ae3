import { z } from 'zod';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `90m`, `4h`, `1d`, `2w` → milliseconds. A day is 24 hours. */
export const Duration = z
  .string()
  .regex(/^\d{1,4}[mhdw]$/, 'is not a duration such as 90m, 4h, 1d or 2w')
  .transform((text) => {
    const unit = text.at(-1);
    return Number(text.slice(0, -1)) * (unit === 'm' || unit === 'h' || unit === 'd' || unit === 'w' ? units[unit] : 0);
  })
  .pipe(z.number().positive('is not longer than nothing'));
