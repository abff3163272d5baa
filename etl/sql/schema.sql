-- The tables behind everything. Portable on purpose (DuckDB file, DuckLake): no keys, indexes,
-- sequences, enums or checks; what must hold is a query in etl/sql/checks.sql whose answer is empty.
-- Facts (release, withdrawal, original, evidence, figure, assigned_value, statement, task_report,
-- explanation) are only ever appended.
-- Register tables mirror indicators.toml and are replaced whole when the file changes.
-- Derived tables (derived.sql) are rebuilt in the transaction that changes a fact.

create table if not exists write_guard (n bigint);
create table if not exists setting (name varchar, value varchar);   -- 'register_hash', 'demo' ('1' in a demonstration database), 'data_version', 'method_version'

-- facts ---------------------------------------------------------------------------------------
create table if not exists release (
    release varchar,            -- 'R0001': the number people quote
    seq bigint,                 -- order of publication
    kind varchar,               -- figures | assigned | statements | tasks | explanations
    file_name varchar, file_hash varchar,        -- sha256 of the bytes as received
    published_at timestamp, person varchar, note varchar,
    replaces varchar,           -- release of an earlier edition of the same shipped file, out of force since
    account varchar,            -- of whoever brought it; '' or null where nobody signs in
    approved_by varchar, approved_account varchar,  -- the other person who published what was brought
    row_count bigint            -- of its facts; null where an older program published it
);
create table if not exists withdrawal (release varchar, withdrawn_at timestamp, person varchar, reason varchar, account varchar);
create table if not exists original (release varchar, bytes blob, packing varchar);   -- packing: etl/packing.py; null or '': as received
create table if not exists figure (
    release varchar, seq bigint, row_number bigint,   -- seq of the release; row_number from 1 within it
    place varchar, indicator varchar, year integer,
    period varchar,             -- '' the whole year; '2016-2020' a sum of years; '2018-06-30' up to a date (31 December is the whole year); '2018-Q1', '2018-H1'
    value double,               -- in the indicator's unit; null: reported as missing
    bound varchar,              -- '' exact; ge | le | about
    obs_status varchar,         -- SDMX OBS_STATUS, 'A' normal
    quality varchar,            -- official | table | computed | news | third_party (see words.toml)
    source varchar, note varchar,
    published date,             -- when the source published it; null: with the release
    unit_in_file varchar, value_in_file varchar, sheet varchar, sheet_row integer, sheet_column integer
);
create table if not exists assigned_value (    -- numbers a higher level set for targets that leave them open
    release varchar, seq bigint, row_number bigint, target varchar, place varchar,
    value double,               -- in the indicator's unit (change: %); null: taken back by whoever set it
    source varchar, note varchar, published date
);
create table if not exists statement (         -- what somebody published about a target, without a figure
    release varchar, seq bigint, row_number bigint, target varchar, place varchar,
    kind varchar,               -- reported_done | reported_not_done | contested | verified
    stated_on date, text varchar, body varchar, source varchar, note varchar
);

create table if not exists task_report (       -- what somebody reported about a task, a step of it, or many at once
    release varchar, seq bigint, row_number bigint,
    task varchar,               -- '' for a total published for many tasks of `document` in `place`
    step integer,               -- from 1; 0 the whole task
    document varchar, place varchar,
    state varchar,              -- words.toml, task_reports
    stated_on date, percent double, text varchar,
    evidence varchar,           -- a reference: number of a paper, address
    evidence_file varchar,      -- '' or a file of this release in `evidence`
    unit varchar, person varchar,   -- who reports; the name as typed
    basis varchar,              -- on what it was closed or verified
    source varchar, note varchar
);
create table if not exists evidence (release varchar, file_name varchar, file_hash varchar, bytes blob);
create table if not exists explanation (       -- 原因 and 下一步措施 under a judgement or a task
    release varchar, seq bigint, row_number bigint, target varchar, place varchar, year integer, task varchar,
    stated_on date, cause varchar, measures varchar, unit varchar, person varchar, note varchar
);

create table if not exists reference_indicator (   -- series in no document, kept for comparison; they judge nothing
    release varchar, indicator varchar,   -- 'x:' and the name as it is compared
    name varchar, unit varchar            -- as the file wrote them
);
create table if not exists reference_place (       -- places in no document whose figures are kept all the same
    release varchar, place varchar,       -- 'x:' and the code, else the name as it is compared
    name varchar
);

-- no facts: what makes the next upload easier; may be deleted -------------------------------------
create table if not exists recipe (   -- answers given for one shape of file; counts while its release is in force
    shape varchar, release varchar, seq bigint, file_name varchar, year integer,   -- year: the one that file held
    answers varchar,                  -- JSON, question id to choice
    person varchar, learned_at timestamp
);
create table if not exists draft (    -- an upload that is not finished
    draft varchar, file_name varchar, bytes blob, answers varchar, person varchar, note varchar, saved_at timestamp,
    account varchar             -- whose it is: nobody else signed in sees it
);

-- register ------------------------------------------------------------------------------------
create table if not exists register_source (text varchar);   -- indicators.toml as it was loaded
create table if not exists document (document varchar, title varchar, short varchar, issuer varchar, published_year integer, published_on date, place varchar, text varchar, position integer, detail varchar);
create table if not exists place (place varchar, name varchar, short varchar, level varchar, part_of varchar, tile_row integer, tile_column integer, position integer);
create table if not exists place_name (place varchar, name varchar);      -- every name and alias, as written
create table if not exists unit (unit varchar, name varchar, formerly varchar, position integer);
create table if not exists indicator (
    indicator varchar, name varchar, unit varchar, better varchar, kind varchar, theme varchar,
    plausible_low double, plausible_high double, lag_years integer, definition varchar,
    rate_of varchar,            -- this indicator is the published change in % of that one …
    rate_base_year integer,     -- … against this year (null: the year before)
    beside varchar[],           -- indicators whose targets it stands beside as a reference, never judging them
    decimals integer, position integer,
    part_of varchar,            -- the whole of which this indicator is a part
    note varchar
);
create table if not exists indicator_name (indicator varchar, name varchar);
create table if not exists target (
    target varchar, document varchar, document_year integer, section varchar, quote varchar, quote_line integer,
    indicator varchar, measure varchar, rule varchar, value double, value_to double, unit varchar,
    by_year integer, by_date date,   -- by_date only where the document gives a day inside a year
    base_year integer, since integer, every_year boolean, per varchar, window_years integer,
    force varchar, soft varchar, assigned boolean, reading varchar,
    same_as varchar[], replaces varchar, valid_from date, valid_until date,   -- valid_until: the day its successor begins
    after_task varchar, condition_met_year integer, not_applicable varchar,
    lead varchar[], support varchar[],   -- ids of `unit` where the office is registered, else its name
    position integer, note varchar, checked varchar, assigned_source varchar
);
create table if not exists target_place (target varchar, place varchar, goal double, goal_to double);  -- goal in the indicator's unit (change: %); null: trend or pending
create table if not exists milestone (target varchar, year integer, goal double);
create table if not exists task (task varchar, document varchar, section varchar, title varchar, quote varchar, place varchar, due date, due_year integer, standing varchar, goal varchar, lead varchar[], support varchar[], serves varchar[], position integer, reading varchar, note varchar);
create table if not exists task_step (task varchar, position integer, title varchar, quote varchar, due date, due_year integer, standing varchar, lead varchar[]);

-- snapshots: what was shown, kept for good; only ever appended ------------------------------------
create table if not exists snapshot (
    snapshot varchar, sha256 varchar,   -- of `record`: "S" and the first 12 digits are the id
    record varchar,                     -- canonical JSON (etl/freeze.py): nothing of the clock or the person
    title varchar, frozen_at timestamp, person varchar, account varchar
);

-- who did what, when, from where (etl/audit.py): only ever appended, each entry with the hash of the one before
create table if not exists audit (
    seq bigint, noted_at timestamp, event varchar,    -- words.toml, events
    account varchar, person varchar, origin varchar,
    what varchar, detail varchar,                     -- JSON
    previous varchar, sha256 varchar
);

-- uploads that wait for another person's approval (etl/approval.py): only ever appended
create table if not exists submission (
    submission varchar,         -- 'U0001': the number people quote
    seq bigint, kind varchar, file_name varchar, file_hash varchar, bytes blob,
    answers varchar, note varchar,    -- answers: JSON, question id to choice
    person varchar, account varchar, submitted_at timestamp
);
create table if not exists submission_evidence (submission varchar, file_name varchar, file_hash varchar, bytes blob);
create table if not exists submission_end (
    submission varchar, ended_at timestamp,
    outcome varchar,            -- published | sent_back | taken_back
    person varchar, account varchar, reason varchar, release varchar
);
