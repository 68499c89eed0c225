-- book: many customers' summaries under their keys, made in one pass without GROUP BY.
--
-- A template: build.rs writes what follows "@book" once for every kind of book and of key, with a part "@row" for every
-- form in which rows are given. Names in braces are replaced.

-- @unit rfm_book_customers, rfm_daily_book_customers, pnl_book_customers: customers
-- @unit book_size: memory_bytes, stored_bytes, dumped_bytes: bytes; books: number

create function @extschema@.book_rows_support(pg_catalog.internal) returns pg_catalog.internal
  immutable strict parallel safe cost 100
  language c as 'MODULE_PATHNAME', 'crm_book_rows_support';
comment on function @extschema@.book_rows_support(pg_catalog.internal) is
'Planner support of the functions that give the rows of a book: estimates their number as the number of groups that GROUP BY would have.';

create function @extschema@.book_size(summary pg_catalog.text, customers pg_catalog.int8, key_bytes pg_catalog.float8 default 8, items pg_catalog.float8 default 1, out memory_bytes pg_catalog.int8, out stored_bytes pg_catalog.int8, out dumped_bytes pg_catalog.int8, out books pg_catalog.int4) returns setof pg_catalog.record
  immutable strict parallel safe cost 100 rows 1
  language c as 'MODULE_PATHNAME', 'crm_book_size';
comment on function @extschema@.book_size(pg_catalog.text, pg_catalog.int8, pg_catalog.float8, pg_catalog.float8) is
'How large a book of so many customers will be, in bytes: in the memory of the process that makes it, stored in a table before compression, and as text in a dump; and into how many books (group by customer % books) to divide them so that each stays below 1 GB in every form. summary: rfm, rfm_daily or pnl; key_bytes: 8 for bigint, 16 for uuid, 8 more than the mean length for text; items: mean number of distinct days or lines of a customer.';

-- @book
create type @extschema@.{type};

create function @extschema@.{type}_in(pg_catalog.cstring) returns @extschema@.{type}
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_{type}_in';
comment on function @extschema@.{type}_in(pg_catalog.cstring) is
'Text input of type {type} (JSON). What is wrong is 22P02 and names the path.';

create function @extschema@.{type}_out(@extschema@.{type}) returns pg_catalog.cstring
  immutable strict parallel safe cost 10000
  language c as 'MODULE_PATHNAME', 'crm_{type}_out';
comment on function @extschema@.{type}_out(@extschema@.{type}) is
'Text output of type {type}: JSON, the customers in the order of their keys, lossless. A text of more than 1 GB is an error (54000).';

create function @extschema@.{type}_recv(pg_catalog.internal) returns @extschema@.{type}
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_{type}_recv';
comment on function @extschema@.{type}_recv(pg_catalog.internal) is
'Binary input of type {type}: a version, then the value in network order. What is wrong is 22P03.';

create function @extschema@.{type}_send(@extschema@.{type}) returns pg_catalog.bytea
  immutable strict parallel safe cost 5000
  language c as 'MODULE_PATHNAME', 'crm_{type}_send';
comment on function @extschema@.{type}_send(@extschema@.{type}) is
'Binary output of type {type}: a version, then the value in network order.';

create type @extschema@.{type} (
  input = @extschema@.{type}_in, output = @extschema@.{type}_out, receive = @extschema@.{type}_recv, send = @extschema@.{type}_send,
  internallength = variable, alignment = double, storage = external
);
comment on type @extschema@.{type} is
'{Kept} of many customers, each under his key of type {key name}, in the order of the keys. Made by {book}_agg, added up by {book}_merge, read by {book}_rows and {book}_get. At most 1 GB. Stored without compression unless the column says otherwise. Text form: JSON.';

create function @extschema@.{book}_combine(@extschema@.{type}, @extschema@.{type}) returns @extschema@.{type}
  immutable parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_{type}_combine';
comment on function @extschema@.{book}_combine(@extschema@.{type}, @extschema@.{type}) is
'Adds two values of type {type} up, customer by customer; NULL on either side gives the other. Combine function of its aggregates.';

create function @extschema@.{book}_final(@extschema@.{type}) returns @extschema@.{type}
  immutable strict parallel safe cost 1
  language c as 'MODULE_PATHNAME', 'crm_{type}_final';
comment on function @extschema@.{book}_final(@extschema@.{type}) is
'Final function of the aggregates of type {type}: gives the state as it is, without the copy that PostgreSQL 14 and 15 would make.';

create aggregate @extschema@.{book}_merge(@extschema@.{type}) (
  sfunc = @extschema@.{book}_combine, stype = @extschema@.{type}, combinefunc = @extschema@.{book}_combine,
  finalfunc = @extschema@.{book}_final, parallel = safe
);
comment on aggregate @extschema@.{book}_merge(@extschema@.{type}) is
'Adds up books, customer by customer: of partitions, of days. NULLs are skipped; no rows give NULL. Merging in any order gives the same bytes.';

create function @extschema@.{book}_customers(book @extschema@.{type}) returns pg_catalog.int8
  immutable strict parallel safe cost 1000
  language c as 'MODULE_PATHNAME', 'crm_{type}_customers';
comment on function @extschema@.{book}_customers(@extschema@.{type}) is
'Number of customers in a book.';

create function @extschema@.{book}_get(book @extschema@.{type}, customer {key}) returns @extschema@.{row}
  immutable strict parallel safe cost 10
  language c as 'MODULE_PATHNAME', 'crm_{type}_get';
comment on function @extschema@.{book}_get(@extschema@.{type}, {key}) is
'{Given} of one customer of a book; NULL when he is not in it. A stored book is decoded once for the rows of a query that ask the same one.';

create function @extschema@.{book}_rows(book @extschema@.{type}, out customer {key}, out {row} @extschema@.{row}) returns setof pg_catalog.record
  immutable strict parallel safe cost 150000 rows 10000 support @extschema@.book_rows_support
  language c as 'MODULE_PATHNAME', 'crm_{type}_rows';
comment on function @extschema@.{book}_rows(@extschema@.{type}) is
'A book as rows, in the order of the keys: each customer and {given}. Use it in FROM. No rows for NULL.';
-- @row

create function @extschema@.{book}_push(@extschema@.{type}, {key}, {types}) returns @extschema@.{type}
  immutable parallel safe cost 5
  language c as 'MODULE_PATHNAME', 'crm_{type}_push_{form}';
comment on function @extschema@.{book}_push(@extschema@.{type}, {key}, {types}) is
'Transition function of {book}_agg: adds one row; a NULL in it is skipped.';

create aggregate @extschema@.{book}_agg(customer {key}, {arguments}) (
  sfunc = @extschema@.{book}_push, stype = @extschema@.{type}, combinefunc = @extschema@.{book}_combine,
  finalfunc = @extschema@.{book}_final, parallel = safe
);
comment on aggregate @extschema@.{book}_agg({key}, {types}) is
'Book of all customers, each under his key: {what} Without GROUP BY, and faster than it: several times when there are many customers with many rows each. {amounts} Rows with a NULL are skipped; no rows give NULL. A book above 1 GB is an error (54000).';
