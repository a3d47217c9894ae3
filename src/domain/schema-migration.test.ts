import { expect, it } from 'vitest';
import { aChange } from '../../test/answers.ts';
import { migratesWithCode } from './schema-migration.ts';

it.each<[string[], boolean]>([
  [['db/migrate/20261120_add_index.rb', 'app/models/invoice.rb'], true],
  [['shop/migrations/0042_invoice.py', 'shop/views.py'], true],
  [['src/main/resources/db/migration/V42__add_index.sql', 'src/main/java/A.java'], true],
  [['V1_2__x.sql', 'main.go'], true],
  [['prisma/schema.prisma', 'src/a.ts'], true],
  [['db/migrate/20261120_add_index.rb'], false],
  [['db/migrate/20261120_add_index.rb', 'db/schema.rb', 'CHANGELOG.md', 'docs/schema.txt'], false],
  [['db/migrate/1.rb', 'test/models/invoice_test.rb'], false],
  [['test/migrations/1.sql', 'src/a.ts'], false],
  [['src/migrationPlan.ts', 'src/a.ts'], false],
  [[], false],
])('%j: %s', (files, expected) => {
  expect(migratesWithCode(aChange({ files }))).toBe(expected);
});
