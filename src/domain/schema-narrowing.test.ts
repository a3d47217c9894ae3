import { describe, expect, it } from 'vitest';
import { narrowingWords, narrowingsIn, usePatterns } from './schema-narrowing.ts';

const words = (file: string, text: string) => narrowingWords(narrowingsIn(file, text));

describe('what a migration takes away', () => {
  it.each<[string, string, string | null]>([
    ['db/migrations/1.sql', 'alter table orders drop column total;', 'drops orders.total'],
    ['db/migrations/1.sql', 'ALTER TABLE "public"."orders" DROP COLUMN IF EXISTS "total";', 'drops orders.total'],
    ['db/migrations/1.sql', 'alter table orders add column a int, drop column total', 'drops orders.total'],
    [
      'db/migrations/1.sql',
      'alter table orders drop column total, drop column note',
      'drops orders.total and drops orders.note',
    ],
    ['db/migrations/1.sql', 'alter table orders drop total', 'drops orders.total'],
    ['db/migrations/1.sql', 'drop table if exists old_orders cascade', 'drops the table old_orders'],
    ['db/migrations/1.sql', 'alter table orders rename column total to sum', 'renames orders.total'],
    ['db/migrations/1.sql', 'alter table orders rename to purchases', 'renames the table orders'],
    ['db/migrations/1.sql', 'alter table orders alter column total type int', 'narrows orders.total'],
    ['db/migrations/1.sql', 'alter table orders alter total set not null', 'narrows orders.total'],
    ['V2__x.sql', 'alter table `orders` modify column `total` int not null', 'narrows orders.total'],
    ['db/migrate/2.rb', 'def change\n  remove_column :orders, :total, :integer\nend', 'drops orders.total'],
    ['db/migrate/2.rb', 'drop_table :orders', 'drops the table orders'],
    ['db/migrate/2.rb', 'rename_column(:orders, :total, :sum)', 'renames orders.total'],
    ['db/migrate/2.rb', 'change_column_null :orders, :total, false', 'narrows orders.total'],
    ['alembic/versions/3.py', "def upgrade():\n    op.drop_column('orders', 'total')", 'drops orders.total'],
    ['shop/migrations/4.py', "migrations.RemoveField(model_name='order', name='total')", 'drops order.total'],
    ['shop/migrations/4.py', "migrations.DeleteModel(name='Order')", 'drops the table Order'],
    ['migrations/5.js', "knex.schema.table('orders', (t) => t.dropColumn('total'))", 'drops total'],
    ['db/changelog/6.xml', '<dropColumn tableName="orders" columnName="total"/>', 'drops orders.total'],
  ])('%s: %s', (file, text, expected) => {
    expect(words(file, text)).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['what only adds', 'migrations/1.sql', 'alter table orders add column total int; create index on orders (total);'],
    [
      'constraints and defaults',
      'migrations/1.sql',
      'alter table orders drop constraint x; alter table orders alter total drop default;',
    ],
    [
      'the way back of goose',
      'migrations/1.sql',
      '-- +goose Up\ncreate table a (b int);\n-- +goose Down\ndrop table a;',
    ],
    [
      'the way back of dbmate',
      'migrations/1.sql',
      '-- migrate:up\ncreate table a (b int);\n-- migrate:down\ndrop table a;',
    ],
    ['the way back of Rails', 'db/migrate/1.rb', 'def up\n  create_table :a\nend\n\ndef down\n  drop_table :a\nend'],
    [
      'the way back of Alembic',
      'alembic/versions/1.py',
      "def upgrade():\n    op.create_table('a')\n\ndef downgrade():\n    op.drop_table('a')",
    ],
    [
      'the way back of Knex',
      'migrations/1.js',
      "exports.up = (knex) => knex.schema.createTable('a');\nexports.down = (knex) => knex.schema.dropTable('a');",
    ],
    ['a file for the way back', 'migrations/1.down.sql', 'drop table a;'],
    ['a comment', 'migrations/1.sql', '-- drop table a;\n/* alter table a drop column b */ select 1;'],
    ['what is no migration', 'src/a.sql', 'drop table a;'],
  ])('is not %s', (_, file, text) => {
    expect(words(file, text)).toBeNull();
  });

  it('goes on after a way back that another follows', () => {
    const text = '-- changeset 1\ncreate table a (b int);\n-- rollback drop table a;\n-- changeset 2\ndrop table c;';

    expect(words('db/changelog/1.sql', text)).toBe('drops the table c');
  });

  it('of many is cut', () => {
    const text = Array.from({ length: 500 }, (_, at) => `drop table t${at};`).join('\n');

    expect(narrowingsIn('migrations/1.sql', text)).toHaveLength(50);
  });

  it.each([
    ['migrations/1.sql', 'alter table a ', 'drop '],
    ['migrations/1.sql', '', 'alter table a '],
    ['migrations/1.xml', '', '<dropColumn '],
  ])('of a hostile %s of %j and much of %j is done with', (file, begin, rest) => {
    // So large that what takes the square of the time does not end before the test must.
    expect(narrowingsIn(file, `${begin}${rest.repeat(40_000)}`).length).toBeLessThanOrEqual(50);
  });
});

it.each<[string | null, string | null, string[]]>([
  ['orders', 'total', ['total', 'order']],
  ['user_addresses', 'zip_code', ['zip_?code', 'user_?address']],
  [null, 'total', ['total']],
  ['orders', null, ['order']],
])('%s.%s is used where a file has %j', (table, column, expected) => {
  expect(usePatterns({ verb: 'drops', table, column, file: 'm' })).toEqual(expected);
});
