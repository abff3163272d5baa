-- Shapes of the derived tables (filled by refresh; see docs/architecture.md).
create table if not exists figure_now (
    place varchar, indicator varchar, year integer, period varchar, value double, bound varchar, obs_status varchar, quality varchar,
    source varchar, note varchar, published date, release varchar, vintages integer
);
-- figure_now once more in the order of places, for one place over all years; and what there is of each series
create table if not exists figure_by_place (
    place varchar, indicator varchar, year integer, period varchar, value double, bound varchar, obs_status varchar,
    quality varchar, source varchar
);
create table if not exists holding (
    place varchar, indicator varchar, figures bigint,   -- with a number; the years are those of numbers
    first_year integer, last_year integer
);
-- how many numbers of each release are present ones: those with any
create table if not exists release_present (release varchar, figures bigint);
create table if not exists assessment (
    target varchar, document varchar, indicator varchar, place varchar, year integer, status varchar, light varchar,
    value double, value_year integer, value_bound varchar, value_quality varchar, base double, base_year integer,
    goal double, goal_to double, rule varchar, measure varchar, "by" integer,
    path double, path_status varchar, change_per_year double, outlook double, outlook_status varchar, disagree boolean,
    gap double, achieved_per_year double, needed_per_year double, force varchar, contested boolean, reported varchar, exactly boolean,
    due boolean, bucket varchar, basis varchar, reason varchar, reading varchar, quote varchar, source varchar,
    missing_years varchar, nearest_year integer, nearest_value double, breaches varchar,
    last_status varchar, last_light varchar, change_why varchar
);
create table if not exists verdict (
    target varchar, document varchar, indicator varchar, year integer, status varchar, light varchar, due boolean, bucket varchar, force varchar,
    contested boolean, places integer, met_places integer, missed_places integer, open_places integer, laggards varchar[],   -- the first twelve
    reason varchar,
    last_status varchar, last_light varchar, change_why varchar
);
